import { type Answer, ask, type Ask } from './http.js';
import { untilAnswered } from './patient.js';
import { expectStatus } from './shop.js';

/** A cart, and the header by which its owner proves that it is theirs. */
export interface OwnCart {
  cartId: string;
  owner: Record<string, string>;
}

/** Somebody's access token, or nobody's. */
export type Bearer = { token: string } | undefined;

/** Carts of guests and customers, at several processes in turn. */
export class CartDesk {
  private turn = 0;

  constructor(private readonly bases: readonly string[]) {}

  /** Begins a guest's cart, or returns the open one of a customer. */
  async begin(customer?: Bearer): Promise<OwnCart> {
    const { status, body } = await untilAnswered(() => ask(this.at('/carts'), { method: 'POST', ...customer }));
    if (status !== 201 && status !== 200) throw new Error(`No cart began: ${status} ${JSON.stringify(body)}`);
    const owner = customer
      ? { authorization: `Bearer ${customer.token}` }
      : { 'cart-token': String(body['cart_token']) };
    return { cartId: String(body['cart_id']), owner };
  }

  /** Asks until it is answered. */
  ask({ cartId, owner }: OwnCart, path = '', request: Ask = {}): Promise<Answer> {
    const headers = { ...owner, ...request.headers };
    return untilAnswered(() => ask(this.at(`/carts/${cartId}${path}`), { ...request, headers }));
  }

  async read(cart: OwnCart): Promise<Answer['body']> {
    return expectStatus(200, await this.ask(cart)).body;
  }

  /** Sets the quantity of a product. */
  put(cart: OwnCart, productId: number, quantity: number): Promise<Answer> {
    return this.ask(cart, `/items/${productId}`, { method: 'PUT', body: { quantity } });
  }

  remove(cart: OwnCart, productId: number): Promise<Answer> {
    return this.ask(cart, `/items/${productId}`, { method: 'DELETE' });
  }

  /** Says where it goes, and how. */
  change(cart: OwnCart, details: object): Promise<Answer> {
    return this.ask(cart, '', { method: 'PUT', body: details });
  }

  /** Takes a guest's cart into a customer's. */
  merge(own: OwnCart, { cartId, owner }: OwnCart, key?: string): Promise<Answer> {
    const body = { cart_id: cartId, cart_token: owner['cart-token'] };
    return this.ask(own, '/merge', { method: 'POST', body, ...(key !== undefined && { key }) });
  }

  /** An address at the process whose turn it is. */
  at(path: string): string {
    this.turn = (this.turn + 1) % this.bases.length;
    return `${this.bases[this.turn] ?? ''}${path}`;
  }
}

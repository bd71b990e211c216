import type { CartDesk, OwnCart } from './cart-desk.js';
import type { GuestOrder } from './guests.js';
import { type Answer, ask, type Ask } from './http.js';
import { untilAnswered } from './patient.js';

/** What a guest has: a cart that is open, and an order. */
export interface Belongings {
  cart: OwnCart;
  order: GuestOrder;
}

type Headers = Record<string, string>;

/** Answers to what strangers have tried, by what they must be. */
export interface Refusals {
  notFound: Answer[];
  unauthenticated: Answer[];
}

/** People who know the ids of others' carts and orders. */
export class Strangers {
  constructor(
    private readonly desk: CartDesk,
    private readonly payments: string,
    /** Of somebody else. */
    private readonly token: string,
  ) {}

  /** Uses every route of a guest's things with another guest's tokens, a customer's and none. */
  async try(their: Belongings, own: Belongings): Promise<Refusals> {
    const authorization = `Bearer ${this.token}`;
    const cartTokens: Headers[] = [
      ...[own.cart.owner, { 'cart-token': String(own.order.owner['order-token']) }],
      ...[{ authorization }, { authorization, ...own.cart.owner }],
    ];
    const orderTokens: Headers[] = [
      ...[own.order.owner, { 'order-token': String(their.cart.owner['cart-token']) }],
      ...[{ authorization }, { authorization, ...own.order.owner }],
    ];
    const [carts, orders] = [this.onCart(their.cart), this.onOrder(their.order)];
    const all = (uses: ((headers: Headers) => Promise<Answer>)[], tokens: Headers[]) =>
      Promise.all(uses.flatMap((use) => tokens.map(use)));
    const notFound = [await all(carts, cartTokens), await all(orders, orderTokens)].flat();
    const nothing = [{}, { 'cart-token': '', 'order-token': '' }];
    return { notFound, unauthenticated: await all([...carts, ...orders], nothing) };
  }

  private onCart({ cartId }: OwnCart) {
    const use =
      (path: string, request: Ask = {}) =>
      (owner: Headers) =>
        this.desk.ask({ cartId, owner }, path, request);
    return [
      use(''),
      use('', { method: 'PUT', body: { note: 'Mine' } }),
      use('/items/1', { method: 'PUT', body: { quantity: 9 } }),
      use('/items/1', { method: 'DELETE' }),
      use('/checkout', { method: 'POST', body: { version: 3 } }),
    ];
  }

  private onOrder({ orderId }: GuestOrder) {
    const use =
      (url: string, request: Ask = {}) =>
      (headers: Headers) =>
        untilAnswered(() => ask(url, { ...request, headers }));
    const [order, payments] = [this.desk.at(`/orders/${orderId}`), `${this.payments}/orders/${orderId}/payments`];
    return [
      use(order),
      use(order, { method: 'PUT', body: { status: 'cancelled' } }),
      use(payments),
      use(payments, { method: 'POST', body: { method: 'card' } }),
    ];
  }
}

import type { CartDesk, OwnCart } from './cart-desk.js';
import { versionOf } from './cart-history.js';
import { expectStatus } from './shop.js';

/** An order of a guest, and the header by which it is theirs. */
export interface GuestOrder {
  orderId: number;
  owner: Record<string, string>;
}

/** People who buy without an account. */
export class Guests {
  constructor(
    private readonly desk: CartDesk,
    private readonly product: number,
  ) {}

  /** A cart of one piece that can be ordered. */
  async cart(email: string): Promise<OwnCart> {
    const cart = await this.desk.begin();
    expectStatus(200, await this.desk.change(cart, { email }));
    expectStatus(200, await this.desk.put(cart, this.product, 1));
    return cart;
  }

  async order(email: string): Promise<GuestOrder> {
    const cart = await this.cart(email);
    const version = versionOf(await this.desk.read(cart));
    const answer = await this.desk.ask(cart, '/checkout', { method: 'POST', body: { version } });
    const { order_id, order_token } = expectStatus(201, answer).body;
    return { orderId: Number(order_id), owner: { 'order-token': String(order_token) } };
  }
}

import type { Client } from 'openapi-fetch';
import { allItems } from './paging.ts';
import { dataOf } from './problem.ts';
import { backoffMs, sleep } from './retry.ts';
import type { components, paths } from './schema.ts';

export type Order = components['schemas']['OrderResponseDto'];
export type Payment = components['schemas']['PaymentResponseDto'];
/** What left of an order, or is packed, with where its parcels are. */
export type Shipment = components['schemas']['ShipmentResponseDto'];
/** What the customer sends back, from the request to the refund. */
export type Return = components['schemas']['ReturnResponseDto'];
/** Pieces of a line of the order that are to come back. */
export type ReturnedPieces = components['schemas']['ReturnedPiecesDto'];

const LONGEST_PAUSE_MS = 2_000;

/** What a shop stores to follow an order. Whoever has the token of a guest's order may pay, cancel and return it. */
export interface KeptOrder {
  order_id: number;
  order_token?: string;
}

/** An order of a guest, who has its token, or of the logged-in customer. No log shows the token. */
export class PlacedOrder {
  readonly #api: Client<paths>;
  readonly #token: string | undefined;
  #order: Order;

  constructor(api: Client<paths>, order: Order, token: string | undefined) {
    this.#api = api;
    this.#order = order;
    this.#token = token;
  }

  /** @throws ProblemError with the code not-found. */
  static async follow(api: Client<paths>, { order_id, order_token }: KeptOrder): Promise<PlacedOrder> {
    const init = { params: { path: { order_id } }, headers: headersOf(order_token) };
    return new PlacedOrder(api, dataOf(await api.GET('/orders/{order_id}', init)), order_token);
  }

  /** As the platform last showed it. */
  get order(): Readonly<Order> {
    return this.#order;
  }

  get kept(): KeptOrder {
    const { order_id } = this.#order;
    return { order_id, ...(this.#token !== undefined && { order_token: this.#token }) };
  }

  async read(): Promise<Order> {
    return (this.#order = dataOf(await this.#api.GET('/orders/{order_id}', this.init())));
  }

  /**
   * Reads it at growing intervals until it is no longer pending, since only the platform says that it is paid. Returns it
   * as it is once the signal fires (default after 20 s).
   */
  async settled(signal: AbortSignal = AbortSignal.timeout(20_000)): Promise<Order> {
    for (let attempt = 0; this.#order.status === 'pending' && !signal.aborted; attempt += 1) {
      await sleep(Math.min(LONGEST_PAUSE_MS, backoffMs(attempt)), signal).catch(() => undefined);
      await this.read();
    }
    return this.#order;
  }

  /** Begins a payment: Stripe.js goes on with its `client_secret`. */
  async pay(body: components['schemas']['CreatePaymentDto'] = { method: 'card' }): Promise<Payment> {
    return dataOf(await this.#api.POST('/orders/{order_id}/payments', { ...this.init(), body }));
  }

  /** The newest first. */
  async payments(): Promise<Payment[]> {
    return dataOf(await this.#api.GET('/orders/{order_id}/payments', this.init())).payments;
  }

  /** While it is not paid. */
  async cancel(cancel_reason?: string): Promise<Order> {
    const body = { status: 'cancelled' as const, ...(cancel_reason !== undefined && { cancel_reason }) };
    return (this.#order = dataOf(await this.#api.PUT('/orders/{order_id}', { ...this.init(), body })));
  }

  /** What left, or is packed, with its parcels and where they are; the oldest first. */
  async shipments(): Promise<Shipment[]> {
    const path = '/orders/{order_id}/shipments';
    return allItems((query) => this.#api.GET(path, this.list(query)).then(dataOf));
  }

  /** What comes back or came; the newest first. */
  async returns(): Promise<Return[]> {
    const path = '/orders/{order_id}/returns';
    return allItems((query) => this.#api.GET(path, this.list(query)).then(dataOf));
  }

  /**
   * Asks to send pieces back: the shop approves or rejects it. If this fails without an answer of the platform, read
   * `returns` before calling it again: another call is another return.
   *
   * @throws ProblemError with the code quantity-not-returnable or return-window-over, among others.
   */
  async requestReturn(items: ReturnedPieces[]): Promise<Return> {
    return dataOf(await this.#api.POST('/orders/{order_id}/returns', { ...this.init(), body: { items } }));
  }

  /** Takes a request back, while the shop has not approved it. */
  async cancelReturn(return_id: number): Promise<Return> {
    const init = { params: { path: { return_id } }, headers: headersOf(this.#token) };
    return dataOf(await this.#api.POST('/returns/{return_id}/cancel', init));
  }

  private list(query: object) {
    const { params, headers } = this.init();
    return { params: { ...params, query }, headers };
  }

  private init() {
    return { params: { path: { order_id: this.#order.order_id } }, headers: headersOf(this.#token) };
  }
}

function headersOf(order_token: string | undefined): Record<string, string> {
  return order_token === undefined ? {} : { 'order-token': order_token };
}

import { randomUUID } from 'node:crypto';
import { type Answer, ask, type Ask } from './http.js';
import { type Patience, untilAnswered } from './patient.js';
import type { ProofPlatform } from './platform.js';
import { type Customer, expectStatus, type Shop } from './shop.js';

/** A payment that waits for its buyer. */
export interface OpenPayment {
  paymentId: number;
  /** Its name at the provider. */
  intent: string;
}

/** Buyers who pay, and staff who look after payments. */
export class Till {
  /** Where payments are, which a deploy may move. */
  base: string;

  constructor(
    private readonly platform: ProofPlatform,
    private readonly shop: Shop,
    /** Of buyers; default: they repeat a request until it is answered. */
    private readonly patience: Patience = untilAnswered,
  ) {
    this.base = platform.services.payments.url;
  }

  /** Places an order of one piece. Undefined if that failed. */
  async order(customer: Customer, product: number): Promise<number | undefined> {
    const key = randomUUID();
    const { status, body } = await this.patience(() => this.shop.order(customer, [[product, 1]], { key }));
    return status === 201 ? Number(body['order_id']) : undefined;
  }

  /** Tries once to begin a payment by card. */
  begin({ token }: Customer, orderId: number, more: Ask = {}): Promise<Answer> {
    const url = `${this.base}/orders/${orderId}/payments`;
    return ask(url, { method: 'POST', token, body: { method: 'card' }, ...more });
  }

  /** Begins a payment by card. Undefined if that failed. */
  async open(customer: Customer, orderId: number): Promise<OpenPayment | undefined> {
    const key = randomUUID();
    const { status, body } = await this.patience(() => this.begin(customer, orderId, { key }));
    return status === 201 ? opened(body) : undefined;
  }

  /** An order of one piece and its payment; both must succeed. */
  async sell(customer: Customer, product: number): Promise<OpenPayment & { orderId: number }> {
    const orderId = await this.order(customer, product);
    const payment = orderId === undefined ? undefined : await this.open(customer, orderId);
    if (orderId === undefined || !payment) throw new Error('An order that can be paid was not placed.');
    return { orderId, ...payment };
  }

  /** Asks once, as staff. */
  staff(path: string, body?: object, key?: string): Promise<Answer> {
    const method = body ? 'POST' : 'GET';
    return ask(`${this.base}${path}`, {
      method,
      token: this.shop.admin,
      ...(body && { body }),
      ...(key !== undefined && { key }),
    });
  }

  /** Tries once to end a payment, as its buyer. */
  cancel({ token }: Customer, paymentId: number): Promise<Answer> {
    return ask(`${this.base}/payments/${paymentId}/cancel`, { method: 'POST', token, body: {} });
  }

  /** The number of orders in a state. */
  orders(condition: string): Promise<number> {
    return this.platform.databases.number('orders', `SELECT COUNT(*) FROM orders WHERE ${condition}`);
  }
}

/** The payment of an answer 201. */
export function opened(body: Answer['body']): OpenPayment {
  return { paymentId: Number(body['payment_id']), intent: String(body['provider_ref']) };
}

/** As `opened`, of an answer that must be 201. */
export const openedBy = (answer: Answer): OpenPayment => opened(expectStatus(201, answer).body);

import { randomUUID } from 'node:crypto';
import { type Answer, ask, type Ask } from './http.js';
import type { ProofPlatform } from './platform.js';

export interface Customer {
  userId: number;
  email: string;
  token: string;
}

/** [product id, quantity] */
export type Basket = readonly (readonly [number, number])[];

/** Creates customers, products and orders on the tested platform. */
export class Shop {
  private constructor(
    private readonly platform: ProofPlatform,
    readonly admin: string,
  ) {}

  static async open(platform: ProofPlatform): Promise<Shop> {
    return new Shop(platform, await platform.people.token(999_999, 'admin'));
  }

  /** Registers a customer. Use few, since each needs a password hash. */
  async customer(): Promise<Customer> {
    const email = `c-${randomUUID()}@example.com`;
    const body = { email, password: 'a long enough pass phrase', full_name: 'Ann Example' };
    const { body: user } = expectStatus(201, await ask(this.url('users', '/users'), { method: 'POST', body }));
    const userId = Number(user['user_id']);
    // E-mails to an unverified address are limited.
    await this.platform.databases.change('users', 'UPDATE users SET email_verified = 1 WHERE user_id = ?', [userId]);
    return { userId, email, token: await this.platform.people.token(userId, 'customer') };
  }

  /** Creates a product at 10.00 and returns its id. */
  async product(stock: number): Promise<number> {
    const body = { sku: `P-${randomUUID().slice(0, 8)}`, name: 'A thing', price: '10.00', initial_stock: stock };
    const request: Ask = { method: 'POST', token: this.admin, body };
    return Number(expectStatus(201, await ask(this.url('products', '/products'), request)).body['product_id']);
  }

  /** Tries once to place an order; rejects without an answer. */
  order(customer: Customer, basket: Basket, more: Ask & { base?: string } = {}): Promise<Answer> {
    const { base = this.platform.services.orders.url, ...request } = more;
    const items = basket.map(([product_id, quantity]) => ({ product_id, quantity }));
    return ask(`${base}/orders`, { method: 'POST', token: customer.token, body: { items }, ...request });
  }

  /** Tries once, as staff, to change an order's status; rejects without an answer. */
  step(orderId: number, status: string): Promise<Answer> {
    const request: Ask = { method: 'PUT', token: this.admin, body: { status } };
    return ask(this.url('orders', `/orders/${orderId}`), request);
  }

  url(service: 'users' | 'products' | 'orders' | 'payments', path: string): string {
    return `${this.platform.services[service].url}${path}`;
  }
}

export function expectStatus(status: number, answer: Answer): Answer {
  if (answer.status === status) return answer;
  throw new Error(`Expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
}

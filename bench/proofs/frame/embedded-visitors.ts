import { randomUUID } from 'node:crypto';
import { type Answer, ask, type Ask } from './http.js';
import { settle } from './load.js';
import { expectStatus } from './shop.js';

const PASSWORD = 'a long enough pass phrase';
const STAFF = { email: 'staff@example.com', password: 'demo staff pass phrase' };
const CUSTOMERS = 8;
const PRODUCTS = 8;
/** Renewed before the access token's 15 minutes end. */
const TOKEN_MS = 10 * 60_000;
const MAIL_SECONDS = 30;
const MOST_WAITING = 100;
const LONGEST_PAUSE_MS = 30_000;

export interface Login {
  email: string;
  password: string;
  token: string;
  since: number;
}

/** Visitors of a platform started by `npm start`: they know only its address. */
export class EmbeddedVisitors {
  orders = 0;
  unexpected = 0;
  private visits = 0;

  private constructor(
    private readonly base: string,
    private readonly staff: Login,
    private readonly customers: readonly Login[],
  ) {}

  /** Registers customers and verifies their e-mail addresses, since orders of unverified ones are limited. */
  static async open(base: string): Promise<EmbeddedVisitors> {
    const customers: Login[] = [];
    while (customers.length < CUSTOMERS) customers.push(await verified(base));
    return new EmbeddedVisitors(base, await logIn(base, STAFF), customers);
  }

  /** Browses, buys something and has it shipped; sometimes mistypes a password. */
  async visit(): Promise<void> {
    const turn = this.visits++;
    const customer = await this.fresh(this.customers[turn % CUSTOMERS]);
    const staff = await this.fresh(this.staff);
    const product = 1 + (turn % PRODUCTS);
    await this.expect(200, '/products?q=wireless&sort=-price&page_size=5');
    await this.expect(200, `/products/${product}`);
    await this.expect(404, `/products/${1_000_000 + turn}`);
    await this.expect(401, '/auth/login', {
      method: 'POST',
      body: { email: `${randomUUID()}@example.com`, password: PASSWORD },
    });
    await this.expect(200, `/products/${product}/inventory`, {
      method: 'PUT',
      token: staff.token,
      body: { adjustment: 1 },
    });
    const items = [{ product_id: product, quantity: 1 }];
    const placed = await this.expect(201, '/orders', {
      method: 'POST',
      token: customer.token,
      key: randomUUID(),
      body: { items },
    });
    if (placed.status !== 201) return;
    this.orders += 1;
    const order = `/orders/${String(placed.body['order_id'])}`;
    for (const status of ['paid', 'shipped', 'completed'])
      await this.expect(200, order, { method: 'PUT', token: staff.token, body: { status } });
    await this.expect(200, order, { token: customer.token });
  }

  /** Waits for the consumers while they have many messages before them: a backlog takes memory, and is no leak. */
  async keepPace(): Promise<void> {
    await settle(
      LONGEST_PAUSE_MS,
      () => this.waiting(),
      (count) => count < MOST_WAITING,
    );
  }

  /** Messages that no consumer has taken yet. */
  async waiting(): Promise<number> {
    const { body } = await ask(`${this.base}/dev/queues`);
    return (body as unknown as { ready: number }[]).reduce((sum, { ready }) => sum + ready, 0);
  }

  private async expect(status: number, path: string, request: Ask = {}): Promise<Answer> {
    const answer = await ask(`${this.base}${path}`, request);
    if (answer.status !== status) this.unexpected += 1;
    return answer;
  }

  /** Returns the login, renewed before its token expires. */
  private async fresh(login: Login | undefined): Promise<Login> {
    if (login === undefined) throw new Error('There is nobody to log in.');
    if (Date.now() - login.since > TOKEN_MS) Object.assign(login, await logIn(this.base, login));
    return login;
  }
}

async function logIn(base: string, { email, password }: { email: string; password: string }): Promise<Login> {
  const answer = await ask(`${base}/auth/login`, { method: 'POST', body: { email, password } });
  return { email, password, token: String(expectStatus(200, answer).body['access_token']), since: Date.now() };
}

export async function verified(base: string): Promise<Login> {
  const email = `v-${randomUUID()}@example.com`;
  const body = { email, password: PASSWORD, full_name: 'Ann Example' };
  expectStatus(201, await ask(`${base}/users`, { method: 'POST', body }));
  const { body: emails } = await ask(`${base}/dev/emails?to=${email}&wait=${MAIL_SECONDS}`);
  const text = (emails as unknown as { text: string }[]).map((mail) => mail.text).join();
  const token = /verify-email\.[\w-]+/.exec(text)?.[0];
  expectStatus(204, await ask(`${base}/auth/verify-email`, { method: 'POST', body: { token } }));
  return logIn(base, { email, password: PASSWORD });
}

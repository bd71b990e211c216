import { randomUUID } from 'node:crypto';
import { AnswerCheck, type CheckedAnswer } from './answer-check.js';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests read bodies of every shape
  body: any;
}

export interface CallOptions {
  body?: unknown;
  /** Sent unchanged instead of `body`. */
  raw?: string | Uint8Array<ArrayBuffer>;
  token?: string;
  headers?: Record<string, string>;
}

export interface Account {
  id: number;
  email: string;
  password: string;
  token: string;
}

export const ADMIN = { email: 'root@example.com', password: 'correct horse battery staple' };

export interface Email {
  to: string | string[];
  subject: string;
  html: string;
  text: string;
  tags?: Record<string, string>;
}

let counter = 0;
/** Different in every call and every run. */
export const unique = (prefix: string) => `${prefix}${(counter += 1)}${randomUUID().slice(0, 8)}`;

/** An API client that uses only HTTP. Checks every response against the API document. */
export class Client {
  private adminToken: Promise<string> | undefined;
  private answerCheck: Promise<AnswerCheck> | undefined;

  constructor(readonly base: string) {}

  async call(method: string, path: string, { body, raw, token, headers = {} }: CallOptions = {}): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.base + path, {
      method,
      headers: {
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(payload !== undefined && { body: payload }),
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    const answer = { status: response.status, headers: response.headers, text, body: parse(text) };
    await this.hold(method, path, answer);
    return answer;
  }

  /** Checks a response that came another way against the API document, too. */
  async hold(method: string, path: string, answer: CheckedAnswer): Promise<void> {
    (await (this.answerCheck ??= AnswerCheck.of(this.base))).check(method, path, answer);
  }

  async logIn({ email, password }: { email: string; password: string }): Promise<string> {
    const { status, body, text } = await this.call('POST', '/auth/login', { body: { email, password } });
    if (status !== 200) throw new Error(`login answered ${status}: ${text}`);
    return String(body.access_token);
  }

  admin(): Promise<string> {
    return (this.adminToken ??= this.logIn(ADMIN));
  }

  async customer(over: Record<string, unknown> = {}): Promise<Account> {
    const account = { email: `${unique('c')}@example.com`, password: 'a long enough pass phrase' };
    const { status, body, text } = await this.call('POST', '/users', {
      body: { full_name: 'Ann Example', ...account, ...over },
    });
    if (status !== 201) throw new Error(`registering answered ${status}: ${text}`);
    return { ...account, id: Number(body.user_id), token: await this.logIn(account) };
  }

  /** Confirms the address with the mailed token, since e-mails to an unverified one say little about orders. */
  async verify({ email }: { email: string }): Promise<void> {
    const [mail] = await eventually(
      () => this.mailTo(email),
      ({ length }) => length > 0,
    );
    const [token] = /verify-email\.[\w-]+/.exec(mail?.text ?? '') ?? [];
    const { status, text } = await this.call('POST', '/auth/verify-email', { body: { token } });
    if (status !== 204) throw new Error(`verifying answered ${status}: ${text}`);
  }

  async product(over: Record<string, unknown> = {}): Promise<{ product_id: number; sku: string; version: number }> {
    const product = { sku: unique('SKU-'), name: 'Wireless Mouse', price: '29.99', initial_stock: 10, ...over };
    const { status, body, text } = await this.call('POST', '/products', { token: await this.admin(), body: product });
    if (status !== 201) throw new Error(`creating a product answered ${status}: ${text}`);
    return body as { product_id: number; sku: string; version: number };
  }

  order(
    token: string,
    lines: [{ product_id: number }, number][],
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const items = lines.map(([{ product_id }, quantity]) => ({ product_id, quantity }));
    return this.call('POST', '/orders', { token, body: { items }, headers });
  }

  /** `[stock, reserved, available]` in the API's response to staff. */
  async stock({ product_id }: { product_id: number }): Promise<number[]> {
    const { body } = await this.call('GET', `/products/${product_id}/inventory`, { token: await this.admin() });
    return [body.stock_quantity, body.reserved_quantity, body.available_quantity] as number[];
  }

  /** The e-mails received by an address so far. */
  async mailTo(address: string): Promise<Email[]> {
    const { body } = await this.call('GET', '/dev/emails');
    return (body as Email[]).filter(({ to }) => String(to).includes(address));
  }
}

/** Waits until `accept` accepts the result of `probe`; after `ms`, throws with the last result. */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  accept: (value: T) => boolean,
  ms = 20_000,
): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await probe();
    if (accept(value)) return value;
    if (Date.now() > end) throw new Error(`did not come true within ${ms} ms: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

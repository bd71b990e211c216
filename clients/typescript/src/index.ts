import createClient, { type Client } from 'openapi-fetch';
import { Cart, type KeptCart } from './cart.ts';
import { everyItem, type Item, type ListParameters, type ListPath } from './paging.ts';
import { type KeptOrder, PlacedOrder } from './placed-order.ts';
import { dataOf } from './problem.ts';
import { type RetryOptions, sendWithRetries } from './retry.ts';
import type { components, paths } from './schema.ts';
import { Session, type TokenPair } from './session.ts';

export { Cart, type CartDetails, type CartState, type KeptCart } from './cart.ts';
export {
  type KeptOrder,
  type Order,
  type Payment,
  PlacedOrder,
  type Return,
  type ReturnedPieces,
  type Shipment,
} from './placed-order.ts';
export { type CategoryNode, treeOf } from './category-tree.ts';
export { dataOf, type Problem, ProblemError } from './problem.ts';
export type { Item, ListParameters, ListPath } from './paging.ts';
export type { components, paths } from './schema.ts';
export type { TokenPair } from './session.ts';

/** A person with an account. */
export type User = components['schemas']['UserResponseDto'];

export interface CommerceOptions extends RetryOptions {
  /** The platform's address, such as https://api.example.com. */
  baseUrl: string;
  /** Tokens stored from an earlier session. */
  tokens?: TokenPair;
  /** Called with every new pair, to store it. */
  onTokens?: (pair: TokenPair) => void;
  fetch?: (request: Request) => Promise<Response>;
}

/** A client of the platform: `api` is openapi-fetch with the platform's types; the rest adds login and retries. */
export class CommerceClient {
  readonly api: Client<paths>;
  readonly #session: Session;
  readonly #options: CommerceOptions;

  constructor(options: CommerceOptions) {
    this.#options = options;
    this.#session = new Session((token) => this.refresh(token), options.onTokens ?? (() => undefined));
    this.api = createClient<paths>({
      baseUrl: options.baseUrl,
      fetch: (request) => this.send(request),
      // OpenAPI's default: each property of `option` is a parameter.
      querySerializer: { object: { style: 'form', explode: true } },
    });
    if (options.tokens) this.#session.begin(options.tokens);
  }

  /** @throws ProblemError with the code invalid-credentials or too-many-attempts. */
  async logIn(email: string, password: string): Promise<User> {
    this.#session.end();
    const { user, ...pair } = dataOf(await this.api.POST('/auth/login', { body: { email, password } }));
    this.#session.begin(pair);
    return user;
  }

  /** The logged-in user, for a client that stored only its tokens, as after a reload. */
  async me(): Promise<User> {
    return dataOf(await this.api.GET('/users/{user_id}', { params: { path: { user_id: 'me' } } }));
  }

  async logOut(): Promise<void> {
    const { refresh_token } = this.#session.tokens ?? {};
    this.#session.end();
    if (refresh_token !== undefined) dataOf(await this.api.POST('/auth/logout', { body: { refresh_token } }));
  }

  /** A new cart for a guest; for a logged-in customer the open one, into which `merge` takes a guest's. */
  beginCart(): Promise<Cart> {
    return Cart.begin(this.api);
  }

  /** The cart of which a shop has stored `kept`. */
  resumeCart(kept: KeptCart): Promise<Cart> {
    return Cart.resume(this.api, kept);
  }

  /** The order of which a shop has stored `kept`; a guest's has its token, an own one needs none. */
  followOrder(kept: KeptOrder): Promise<PlacedOrder> {
    return PlacedOrder.follow(this.api, kept);
  }

  /** Every element of a list: `for await (const order of client.items('/orders', { query: { status: 'paid' } }))`. */
  items<P extends ListPath>(path: P, parameters?: ListParameters<P>): AsyncGenerator<Item<P>, void> {
    const { query = {}, ...others }: { query?: object } = parameters ?? {};
    const get = this.api.GET as (path: string, init: object) => Promise<Parameters<typeof dataOf>[0]>;
    return everyItem<Item<P>>({ ...query }, async (page) => {
      const answer = await get(path, { params: { ...others, query: page } });
      return dataOf(answer) as { next_cursor: string | null };
    });
  }

  /** Sends every request: adds a key if the route accepts one, a token, retries, and a new token after a 401. */
  private async send(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const own = pathname.startsWith('/auth/');
    if (!own && takesKey(request.method, pathname) && !request.headers.has('idempotency-key')) {
      request.headers.set('idempotency-key', crypto.randomUUID());
    }
    return sendWithRetries(request, (attempt) => (own ? this.fetch(attempt) : this.authorized(attempt)), this.#options);
  }

  private async authorized(request: Request): Promise<Response> {
    const token = await this.#session.accessToken();
    if (token === undefined || request.headers.has('authorization')) return this.fetch(request);
    const withToken = (fresh: string) => {
      const copy = request.clone();
      copy.headers.set('authorization', `Bearer ${fresh}`);
      return copy;
    };
    const answer = await this.fetch(withToken(token));
    if (answer.status !== 401) return answer;
    await answer.body?.cancel();
    const fresh = await this.#session.accessToken(token);
    return this.fetch(withToken(fresh ?? token));
  }

  private async refresh(refresh_token: string): Promise<TokenPair> {
    return dataOf(await this.api.POST('/auth/refresh', { body: { refresh_token } }));
  }

  private fetch(request: Request): Promise<Response> {
    return (this.#options.fetch ?? fetch)(request);
  }
}

/** Whether the route accepts an Idempotency-Key. */
function takesKey(method: string, path: string): boolean {
  return method === 'POST' || (method === 'PUT' && path.endsWith('/inventory'));
}

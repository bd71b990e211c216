import type { Client } from 'openapi-fetch';
import { PlacedOrder } from './placed-order.ts';
import { dataOf } from './problem.ts';
import type { components, paths } from './schema.ts';

/** What a cart contains and what it costs. */
export type CartState = components['schemas']['CartResponseDto'];
/** Where a cart goes, and how. */
export type CartDetails = components['schemas']['UpdateCartDto'];

/** What a shop stores to open a cart again, such as after a reload. Whoever has the token of a guest's cart has the cart. */
export interface KeptCart {
  cart_id: string;
  cart_token?: string;
}

/**
 * A guest's cart, or the logged-in customer's. A change says what it sets: after a lost answer it is sent again, and changes
 * from two tabs both stay. The checkout names the version and the total that were shown. No log shows the token.
 */
export class Cart {
  readonly #api: Client<paths>;
  readonly #token: string | undefined;
  #state: CartState;
  /** What was asked of a checkout that may have taken place. */
  #attempt: { version: number; expected_total: string } | undefined;

  private constructor(api: Client<paths>, state: CartState, token: string | undefined) {
    this.#api = api;
    this.#state = state;
    this.#token = token;
  }

  /** A new cart of a guest, or the open one of the customer. */
  static async begin(api: Client<paths>): Promise<Cart> {
    const opened: components['schemas']['NewCartResponseDto'] = dataOf(await api.POST('/carts'));
    const { cart_token, ...state } = opened;
    return new Cart(api, state, cart_token);
  }

  /** @throws ProblemError with the code not-found. */
  static async resume(api: Client<paths>, { cart_id, cart_token }: KeptCart): Promise<Cart> {
    const init = { params: { path: { cart_id } }, headers: headersOf(cart_token) };
    return new Cart(api, dataOf(await api.GET('/carts/{cart_id}', init)), cart_token);
  }

  /** As the platform last showed it. */
  get state(): Readonly<CartState> {
    return this.#state;
  }

  get kept(): KeptCart {
    const { cart_id } = this.#state;
    return { cart_id, ...(this.#token !== undefined && { cart_token: this.#token }) };
  }

  /** With what it costs now, and in `changes` what has changed since its lines were put. */
  async read(): Promise<CartState> {
    return this.take(await this.#api.GET('/carts/{cart_id}', this.init()));
  }

  /** Sets the quantity of a product. */
  async put(product_id: number, quantity: number): Promise<CartState> {
    const init = { ...this.init({ product_id }), body: { quantity } };
    return this.take(await this.#api.PUT('/carts/{cart_id}/items/{product_id}', init));
  }

  async remove(product_id: number): Promise<CartState> {
    return this.take(await this.#api.DELETE('/carts/{cart_id}/items/{product_id}', this.init({ product_id })));
  }

  /** Sets these details; the others stay as they are. */
  async change(details: CartDetails): Promise<CartState> {
    return this.take(await this.#api.PUT('/carts/{cart_id}', { ...this.init(), body: details }));
  }

  /** After a login: takes the lines of the guest's cart into this one, which is the customer's. Twice is once. */
  async merge(guests: Cart): Promise<CartState> {
    const { cart_id, cart_token } = guests.kept;
    // A customer has one open cart, so one without a token is this one.
    if (cart_token === undefined) return this.read();
    const init = { ...this.init(), body: { cart_id, cart_token } };
    return this.take(await this.#api.POST('/carts/{cart_id}/merge', init));
  }

  /**
   * Orders what `state` shows, at the total that it shows. If this fails without an answer of the platform, call it again: the
   * same cart cannot become a second order, and the repetition returns the first one.
   *
   * @throws ProblemError with the code cart-changed or total-changed, among others: `read` and show the cart again.
   */
  async checkOut(): Promise<PlacedOrder> {
    const { version, order_total: expected_total } = this.#state;
    const body = (this.#attempt ??= { version, expected_total });
    const { params, headers } = this.init();
    const key = `version ${body.version} for ${body.expected_total}`;
    const init = { params, body, headers: { ...headers, 'idempotency-key': key } };
    const { order_token, ...order } = dataOf(await this.#api.POST('/carts/{cart_id}/checkout', init));
    return new PlacedOrder(this.#api, order, order_token);
  }

  /** Keeps the newest state: of changes that run at once, the last answer may be an older one. */
  private take(answer: { data?: CartState; error?: unknown; response: Response }): CartState {
    const state = dataOf(answer);
    if (state.version >= this.#state.version) this.#state = state;
    if (state.status === 'open') this.#attempt = undefined;
    return this.#state;
  }

  private init<Path extends object>(path?: Path) {
    const { cart_id } = this.#state;
    return { params: { path: { cart_id, ...path } as { cart_id: string } & Path }, headers: headersOf(this.#token) };
  }
}

function headersOf(cart_token: string | undefined): Record<string, string> {
  return cart_token === undefined ? {} : { 'cart-token': cart_token };
}

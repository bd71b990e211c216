import { inspect } from 'node:util';
import { CommerceClient, type CommerceOptions, dataOf, ProblemError } from './index.ts';

type Reply = { status?: number; body?: object; headers?: Record<string, string> } | Error;

/** A platform with scripted replies, one per request. */
function scripted(replies: ((request: Request) => Reply)[], options: Partial<CommerceOptions> = {}) {
  const seen: Request[] = [];
  const waits: number[] = [];
  const client = new CommerceClient({
    baseUrl: 'http://platform.test',
    wait: async (ms) => void waits.push(ms),
    fetch: async (request) => {
      seen.push(request);
      const reply = replies[Math.min(seen.length, replies.length) - 1]?.(request) ?? {};
      if (reply instanceof Error) throw reply;
      const { status = 200, body = {}, headers = {} } = reply;
      return new Response(JSON.stringify(body), {
        status,
        headers: { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers },
      });
    },
    ...options,
  });
  return { client, seen, waits };
}

const pair = (name: string, expires_in = 900) => ({
  access_token: `access-${name}`,
  refresh_token: `refresh-${name}`,
  token_type: 'Bearer',
  expires_in,
});
const order = { body: { items: [{ product_id: 1, quantity: 1 }] } };
const away = () => ({ status: 503, body: { code: 'service-unavailable', detail: 'Away.', status: 503 } });

describe('retries', () => {
  it('repeat an order under one Idempotency-Key, and its body', async () => {
    const { client, seen } = scripted([
      () => new TypeError('reset'),
      away,
      () => ({ status: 201, body: { order_id: 7 } }),
    ]);
    expect(dataOf(await client.api.POST('/orders', order)).order_id).toBe(7);
    const keys = new Set(seen.map(({ headers }) => headers.get('idempotency-key')));
    expect([seen.length, keys.size]).toEqual([3, 1]);
    expect(await seen[2]?.json()).toEqual(order.body);
  });

  it('keep the key of the caller', async () => {
    const { client, seen } = scripted([() => ({ status: 201 })]);
    await client.api.POST('/orders', { ...order, headers: { 'idempotency-key': 'mine' } });
    expect(seen[0]?.headers.get('idempotency-key')).toBe('mine');
  });

  const later = (value: string) => () => ({ ...away(), headers: { 'retry-after': value } });

  it('wait as long as Retry-After says', async () => {
    const date = new Date(Date.now() + 5_500).toUTCString();
    const { client, waits } = scripted([later('2'), later(date), later('30'), () => ({})]);
    await client.api.GET('/products');
    expect(waits[0]).toBe(2_000);
    expect(waits[1]).toBeGreaterThan(3_500);
    expect(waits[1]).toBeLessThanOrEqual(5_500);
    expect(waits[2]).toBe(30_000);
  });

  it.each(['31', '3600', new Date(Date.now() + 3_600_000).toUTCString()])(
    'never happen before Retry-After %s: the caller gets the response at once',
    async (value) => {
      const { client, seen, waits } = scripted([later(value), () => ({})]);
      const { error, response } = await client.api.GET('/products');
      expect([response.status, error?.code, seen.length, waits]).toEqual([503, 'service-unavailable', 1, []]);
    },
  );

  it('double the wait if the server sends none', async () => {
    const { client, waits } = scripted([away]);
    await client.api.GET('/products');
    expect(waits).toHaveLength(3);
    expect(waits.every((ms, tries) => ms >= 100 * 2 ** tries && ms <= 200 * 2 ** tries)).toBe(true);
  });

  it('wait for the first request with the same key', async () => {
    const busy = () => ({ status: 409, body: { code: 'idempotency-key-in-use' }, headers: { 'retry-after': '1' } });
    const { client, seen } = scripted([busy, () => ({ status: 201 })]);
    dataOf(await client.api.POST('/orders', order));
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['a change without a key', () => away(), 1],
    ['a lost answer to a change without a key', () => new TypeError('reset'), 1],
    ['a limit', () => ({ status: 429, headers: { 'retry-after': '1' } }), 4],
  ])('handle %s', async (_, reply, requests) => {
    const { client, seen } = scripted([reply]);
    const init = { params: { path: { order_id: 1 } }, body: { status: 'paid' as const } };
    await client.api.PUT('/orders/{order_id}', init).catch(() => undefined);
    expect(seen).toHaveLength(requests);
  });

  it('leave refusals alone', async () => {
    const { client, seen } = scripted([() => ({ status: 409, body: { code: 'insufficient-stock', detail: 'No.' } })]);
    const refused = client.api.POST('/orders', order).then(dataOf);
    await expect(refused).rejects.toMatchObject({ code: 'insufficient-stock', message: 'No.' });
    await expect(refused).rejects.toBeInstanceOf(ProblemError);
    expect(seen).toHaveLength(1);
  });

  it('stop when the caller aborts', async () => {
    const { client } = scripted([away], { wait: undefined as never });
    const given = AbortSignal.timeout(20);
    await expect(client.api.GET('/products', { signal: given })).rejects.toThrow();
  });
});

describe('tokens', () => {
  const platform = (request: Request): Reply => {
    if (request.url.endsWith('/auth/refresh')) return { body: pair('new') };
    return request.headers.get('authorization') === 'Bearer access-new' ? {} : { status: 401 };
  };

  it('are refreshed once for many refused requests', async () => {
    const kept: string[] = [];
    const { client, seen } = scripted([platform], {
      tokens: pair('old'),
      onTokens: ({ refresh_token }) => kept.push(refresh_token),
    });
    const answers = await Promise.all([1, 2, 3].map(() => client.api.GET('/orders')));
    expect(answers.map(({ response }) => response.status)).toEqual([200, 200, 200]);
    expect(seen.filter(({ url }) => url.endsWith('/auth/refresh'))).toHaveLength(1);
    expect(kept).toEqual(['refresh-old', 'refresh-new']);
  });

  it('are refreshed before they expire', async () => {
    const { client, seen } = scripted([platform], { tokens: pair('old', 5) });
    await client.api.GET('/orders');
    expect(seen.map(({ url }) => new URL(url).pathname)).toEqual(['/auth/refresh', '/orders']);
  });

  it('come with the user, who is not stored with them', async () => {
    const user = { user_id: 7, full_name: 'Ann' };
    const kept: object[] = [];
    const { client, seen } = scripted([() => ({ body: { ...pair('new'), user } }), () => ({ body: user })], {
      onTokens: (tokens) => kept.push(tokens),
    });
    expect(await client.logIn('ann@example.com', 'a long enough pass phrase')).toEqual(user);
    expect(kept).toEqual([pair('new')]);
    expect(await client.me()).toEqual(user);
    expect(new URL(seen[1]?.url ?? '').pathname).toBe('/users/me');
  });

  it('are not sent to /auth routes, nor after a logout', async () => {
    const { client, seen } = scripted([() => ({})], { tokens: pair('old') });
    await client.logOut();
    await client.api.GET('/orders');
    expect(seen.map(({ headers }) => headers.get('authorization'))).toEqual([null, null]);
  });
});

describe('lists', () => {
  it('follow the cursors', async () => {
    const pages: Record<string, object> = {
      '': { orders: [{ order_id: 1 }, { order_id: 2 }], next_cursor: 'a' },
      a: { orders: [{ order_id: 3 }], next_cursor: null },
    };
    const { client, seen } = scripted([
      ({ url }) => ({ body: pages[new URL(url).searchParams.get('cursor') ?? ''] ?? {} }),
    ]);
    const ids: number[] = [];
    for await (const { order_id } of client.items('/users/{user_id}/orders', {
      path: { user_id: 3 },
      query: { status: 'paid' },
    })) {
      ids.push(order_id);
    }
    expect(ids).toEqual([1, 2, 3]);
    expect(seen.map(({ url }) => new URL(url).pathname + new URL(url).search)).toEqual([
      '/users/3/orders?with_total=false&status=paid',
      '/users/3/orders?with_total=false&status=paid&cursor=a',
    ]);
  });

  it("throw the platform's refusals", async () => {
    const { client } = scripted([() => ({ status: 403, body: { code: 'forbidden', detail: 'No.' } })]);
    await expect(client.items('/orders').next()).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('carts', () => {
  const LOST = new TypeError('reset');
  const CART_TOKEN = 'cart.secret-of-the-cart';
  const ORDER_TOKEN = 'order.secret-of-the-order';
  const state = (over: object = {}) => ({ cart_id: 'c-1', status: 'open', version: 3, order_total: '64.39', ...over });
  const placed = () => ({ status: 201, body: { order_id: 7, status: 'pending', order_token: ORDER_TOKEN } });
  const begun = () => ({ status: 201, body: { ...state(), cart_token: CART_TOKEN } });
  const shown = (over?: object) => () => ({ body: state(over) });
  const path = ({ method, url }: Request) => `${method} ${new URL(url).pathname}`;
  const keyOf = ({ headers }: Request) => headers.get('idempotency-key');

  it('of guests send their token with every request, and show it to nobody else', async () => {
    const { client, seen } = scripted([begun, shown()]);
    const cart = await client.beginCart();
    expect(cart.state).toEqual(state());
    await cart.put(1, 2);
    await cart.remove(2);
    await cart.change({ email: 'ada@example.com' });
    await cart.read();
    await client.api.GET('/products');
    expect(seen.map((request) => [path(request), request.headers.get('cart-token')])).toEqual([
      ['POST /carts', null],
      ['PUT /carts/c-1/items/1', CART_TOKEN],
      ['DELETE /carts/c-1/items/2', CART_TOKEN],
      ['PUT /carts/c-1', CART_TOKEN],
      ['GET /carts/c-1', CART_TOKEN],
      ['GET /products', null],
    ]);
    expect(seen.map(({ url }) => url).join()).not.toContain('secret');
    expect([await seen[1]?.json(), await seen[3]?.json()]).toEqual([{ quantity: 2 }, { email: 'ada@example.com' }]);
  });

  it('are opened again by what a shop has kept', async () => {
    const { client, seen } = scripted([begun, shown()]);
    const { kept } = await client.beginCart();
    expect(kept).toEqual({ cart_id: 'c-1', cart_token: CART_TOKEN });
    expect((await client.resumeCart(kept)).kept).toEqual(kept);
    expect(seen[1]?.headers.get('cart-token')).toBe(CART_TOKEN);
  });

  it('send a change again after a lost answer, except on a condition', async () => {
    const { client, seen } = scripted([begun, () => LOST, away, shown({ version: 4 }), () => LOST]);
    const cart = await client.beginCart();
    expect((await cart.put(1, 2)).version).toBe(4);
    expect(seen.map(path).slice(1)).toEqual(Array(3).fill('PUT /carts/c-1/items/1'));
    const init = { params: { path: { cart_id: 'c-1' } }, body: {}, headers: { 'if-match': '"4"' } };
    await expect(client.api.PUT('/carts/{cart_id}', init)).rejects.toBe(LOST);
    expect(seen).toHaveLength(5);
  });

  it('show the newest state, in whatever order the answers come', async () => {
    const { client } = scripted([begun, shown({ version: 5 }), shown({ version: 4 })]);
    const cart = await client.beginCart();
    await Promise.all([cart.put(1, 2), cart.put(2, 1)]);
    expect(cart.state.version).toBe(5);
  });

  it('are checked out once, as they were shown, whatever is lost', async () => {
    const ordered = shown({ status: 'ordered', version: 4, order_total: '70.00' });
    const lost = Array(4).fill(() => LOST);
    const { client, seen } = scripted([begun, ...lost, ordered, away, placed]);
    const cart = await client.beginCart();
    await expect(cart.checkOut()).rejects.toBe(LOST);
    await cart.read();
    const { order, kept } = await cart.checkOut();
    expect([order, kept]).toEqual([
      { order_id: 7, status: 'pending' },
      { order_id: 7, order_token: ORDER_TOKEN },
    ]);
    const checkouts = seen.filter((request) => path(request) === 'POST /carts/c-1/checkout');
    expect([checkouts.length, new Set(checkouts.map(keyOf)).size]).toEqual([6, 1]);
    for (const request of checkouts) {
      expect(await request.json()).toEqual({ version: 3, expected_total: '64.39' });
    }
  });

  it('are checked out as another attempt once they have been shown anew', async () => {
    const changed = () => ({ status: 409, body: { code: 'cart-changed', detail: 'No.', status: 409 } });
    const { client, seen } = scripted([begun, changed, shown({ version: 4, order_total: '70.00' }), placed]);
    const cart = await client.beginCart();
    await expect(cart.checkOut()).rejects.toMatchObject({ code: 'cart-changed' });
    await cart.read();
    await cart.checkOut();
    expect(await seen[3]?.json()).toEqual({ version: 4, expected_total: '70.00' });
    expect(new Set([seen[1], seen[3]].map((request) => request && keyOf(request))).size).toBe(2);
  });

  it('of guests are merged into the one of the customer', async () => {
    const own = { cart_id: 'c-2', version: 1 };
    const { client, seen } = scripted([
      begun,
      () => ({ body: { ...pair('new'), user: { user_id: 7 } } }),
      shown(own),
      () => LOST,
      shown({ ...own, version: 2 }),
    ]);
    const guests = await client.beginCart();
    await client.logIn('ann@example.com', 'a long enough pass phrase');
    const cart = await client.beginCart();
    expect((await cart.merge(guests)).version).toBe(2);
    const [first, second] = seen.slice(3) as [Request, Request];
    expect([path(first), keyOf(first)]).toEqual(['POST /carts/c-2/merge', keyOf(second)]);
    expect(await second.json()).toEqual({ cart_id: 'c-1', cart_token: CART_TOKEN });
    expect(first.headers.get('authorization')).toBe('Bearer access-new');
    await cart.merge(cart);
    expect(seen.slice(5).map(path)).toEqual(['GET /carts/c-2']);
  });

  it('become orders that are followed, paid and cancelled by their token', async () => {
    const order = (status: string) => () => ({ body: { order_id: 7, status } });
    const payment = { payment_id: 1, status: 'created' };
    const { client, seen } = scripted([
      begun,
      placed,
      () => ({ status: 201, body: payment }),
      () => ({ body: { payments: [payment] } }),
      order('cancelled'),
      order('cancelled'),
      order('cancelled'),
    ]);
    const bought = await (await client.beginCart()).checkOut();
    expect(await bought.pay()).toEqual(payment);
    expect(await bought.payments()).toEqual([payment]);
    expect((await bought.cancel('Ordered twice')).status).toBe('cancelled');
    expect(bought.order.status).toBe('cancelled');
    expect((await bought.read()).status).toBe('cancelled');
    expect((await client.followOrder(bought.kept)).kept).toEqual(bought.kept);
    expect(seen.slice(2).map((request) => [path(request), request.headers.get('order-token')])).toEqual([
      ['POST /orders/7/payments', ORDER_TOKEN],
      ['GET /orders/7/payments', ORDER_TOKEN],
      ['PUT /orders/7', ORDER_TOKEN],
      ['GET /orders/7', ORDER_TOKEN],
      ['GET /orders/7', ORDER_TOKEN],
    ]);
    expect(await seen[2]?.json()).toEqual({ method: 'card' });
    expect(await seen[4]?.json()).toEqual({ status: 'cancelled', cancel_reason: 'Ordered twice' });
  });

  it('become orders whose parcels are followed and whose pieces are sent back by their token', async () => {
    const lists: Record<string, object> = {
      '/orders/7/shipments': { shipments: [{ shipment_id: 1 }], next_cursor: 'next' },
      '/orders/7/returns': { returns: [{ return_id: 3 }], next_cursor: null },
    };
    const asked = { return_id: 3, status: 'requested' };
    const { client, seen } = scripted([
      begun,
      placed,
      ({ url }) => ({ body: lists[new URL(url).pathname] ?? {} }),
      () => ({ body: { shipments: [{ shipment_id: 2 }], next_cursor: null } }),
      () => LOST,
      () => ({ status: 201, body: asked }),
      ({ url }) => ({ body: lists[new URL(url).pathname] ?? {} }),
      () => ({ body: { ...asked, status: 'cancelled' } }),
    ]);
    const bought = await (await client.beginCart()).checkOut();
    expect((await bought.shipments()).map(({ shipment_id }) => shipment_id)).toEqual([1, 2]);
    const items = [{ order_item_id: 5, quantity: 1, reason: 'Too small' }];
    expect(await bought.requestReturn(items)).toEqual(asked);
    expect(await bought.returns()).toEqual([{ return_id: 3 }]);
    expect((await bought.cancelReturn(3)).status).toBe('cancelled');
    expect(seen.slice(2).map((request) => [path(request), request.headers.get('order-token')])).toEqual(
      [
        ...['GET /orders/7/shipments', 'GET /orders/7/shipments'],
        ...['POST /orders/7/returns', 'POST /orders/7/returns', 'GET /orders/7/returns', 'POST /returns/3/cancel'],
      ].map((each) => [each, ORDER_TOKEN]),
    );
    const [, , , second, first, again] = seen as [Request, Request, Request, Request, Request, Request];
    expect(new URL(second.url).search).toContain('page_size=100&cursor=next');
    expect([await again.json(), keyOf(again)]).toEqual([{ items }, keyOf(first)]);
  });

  it('are read as orders until they have settled, or for as long as somebody waits', async () => {
    const paid = () => ({ body: { order_id: 7, status: 'paid' } });
    const { client, seen } = scripted([placed, placed, paid]);
    const followed = await client.followOrder({ order_id: 7, order_token: ORDER_TOKEN });
    expect((await followed.settled(AbortSignal.abort())).status).toBe('pending');
    expect((await followed.settled()).status).toBe('paid');
    expect(seen.map((request) => request.headers.get('order-token'))).toEqual([ORDER_TOKEN, ORDER_TOKEN, ORDER_TOKEN]);
  });

  it('appear in no log with a token, nor does the session', async () => {
    const { client } = scripted([begun, placed], { tokens: pair('secret') });
    const cart = await client.beginCart();
    const bought = await cart.checkOut();
    const refused = { status: 409, body: { code: 'cart-not-open', detail: 'No.', status: 409 } };
    const { client: other } = scripted([begun, () => refused]);
    const error = await (await other.beginCart()).checkOut().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    for (const thing of [client, cart, bought, error]) {
      expect(inspect(thing, { depth: null, showHidden: true })).not.toContain('secret');
      expect(JSON.stringify(thing)).not.toContain('secret');
    }
  });
});

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

import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';
import type { Method } from '../../../../test/support/test-callers.js';

interface Body {
  cart_id: string;
  cart_token: string;
  order_id: number;
  order_ref: string;
  order_token: string;
  order_total: string;
  version: number;
  [name: string]: unknown;
}

const STAFF: TestUser = { user_id: 800, role: 'staff' };
const HOME = { name: 'Ada Lovelace', line1: '1 Main Street', city: 'Springfield', region: 'IL', country: 'US' };
const EMAIL = 'ada.guest@example.com';

describeOnEachDatabase('the checkout of a cart', (databaseUrl) => {
  let orders: OrdersService;
  let parcel = 0;
  let users = 0;
  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl());
    const method = { code: 'parcel', name: 'Parcel', by: 'subtotal', steps: [{ from: '0', price: '4.90' }] };
    const created = await orders.call(STAFF, 'POST', '/shipping-methods', { body: method });
    parcel = Number(created.body['shipping_method_id']);
    const rate = { name: 'Sales tax', country: 'US', rate: '0.1', includes_shipping: true };
    await orders.call(STAFF, 'POST', '/tax-rates', { body: rate });
  }, 30_000);
  afterAll(() => orders?.stop());
  beforeEach(() => {
    orders.neighbours.prices.clear();
    orders.neighbours.prices.set(10, '20.00').set(11, '2.50');
    orders.neighbours.stock.clear();
  });

  const customer = (): TestUser => {
    const user = { user_id: (users += 1), role: 'customer' } as const;
    orders.neighbours.users.add(user.user_id);
    return user;
  };
  const call = (who: TestUser | Record<string, string>, method: Method, path: string, body?: object) => {
    const isUser = 'role' in who;
    return orders.call<Body>(isUser ? (who as TestUser) : undefined, method, path, {
      ...(body && { body }),
      headers: isUser ? {} : who,
    });
  };
  /** A cart of two pieces at 20.00 that is sent home, and whoever it is of. */
  const filled = async (user?: TestUser, details: object = { email: EMAIL }) => {
    const { body } = await call(user ?? {}, 'POST', '/carts');
    const who = user ?? { 'cart-token': body.cart_token };
    const path = `/carts/${body.cart_id}`;
    await call(who, 'PUT', `${path}/items/10`, { quantity: 2 });
    const said = { shipping_address: HOME, shipping_method_id: parcel, ...details };
    return { who, path, cart: (await call(who, 'PUT', path, said)).body };
  };
  const checkOut = async ({ who, path, cart }: Awaited<ReturnType<typeof filled>>, more: object = {}, headers = {}) =>
    call('role' in who ? who : { ...who, ...headers }, 'POST', `${path}/checkout`, { version: cart.version, ...more });
  const count = async (sql: string, params: unknown[] = []) =>
    Number((await orders.database.query<{ n: number }>(`SELECT COUNT(*) AS n FROM ${sql}`, params))[0]?.n);

  it('makes a guest’s cart an order at the total that was shown, and gives the token to follow it', async () => {
    const shop = await filled();
    const { cart_id, version, order_total } = shop.cart;
    expect(order_total).toBe('49.39');
    const { status, headers, body } = await checkOut(shop, { expected_total: order_total });
    expect(status).toBe(201);
    expect(headers['location']).toBe(`/orders/${body.order_id}`);
    const { order_token, ...order } = body;
    expect(order_token).toMatch(/^order\.[\w-]{43}$/);
    expect(order).toMatchObject({
      ...{
        user_id: null,
        cart_id,
        status: 'pending',
        customer_email: EMAIL,
        shipping_total: '4.90',
        tax_total: '4.49',
      },
      ...{ order_total, shipping_method: { code: 'parcel' }, items: [{ product_id: 10, quantity: 2 }] },
      history: [{ status: 'pending', by: null }],
    });
    const after = await call(shop.who, 'GET', shop.path);
    expect(after.body).toMatchObject({ status: 'ordered', order_id: body.order_id, version: version + 1 });
    const url = `/orders/${body.order_id}`;
    expect((await call({ 'order-token': order_token }, 'GET', url)).body).toEqual(order);
    expect((await call({ 'order-token': `${order_token}x` }, 'GET', url)).status).toBe(404);
    expect((await call(shop.who, 'GET', url)).status).toBe(401);
    expect((await call(customer(), 'GET', url)).status).toBe(404);
    expect((await call({ 'order-token': order_token }, 'PUT', url, { status: 'paid' })).status).toBe(403);
    const cancelled = await call({ 'order-token': order_token }, 'PUT', url, { status: 'cancelled' });
    expect(cancelled.body).toMatchObject({ status: 'cancelled', allowed_transitions: [] });
    const other = await checkOut(await filled());
    expect((await call({ 'order-token': order_token }, 'GET', `/orders/${other.body.order_id}`)).status).toBe(404);
  });

  it('gives the same answer to the same key, with the token that nobody stores', async () => {
    const shop = await filled();
    const key = { 'idempotency-key': 'again' };
    const first = await checkOut(shop, {}, key);
    const again = await checkOut(shop, {}, key);
    expect([again.status, again.headers['idempotency-replayed'], again.body]).toEqual([201, 'true', first.body]);
    const secret = `%${first.body.order_token.slice(6)}%`;
    expect(await count('idempotency_keys WHERE response LIKE ?', [secret])).toBe(0);
    expect(await count('outbox WHERE envelope LIKE ?', [secret])).toBe(0);
    expect(await count('guest_orders WHERE token_hash LIKE ?', [secret])).toBe(0);
    expect((await checkOut(shop)).body).toMatchObject({ code: 'cart-not-open' });
  });

  it('is one order, however many try at once, and holds no stock for the others', async () => {
    const shop = await filled();
    const earlier = orders.neighbours.reserved.length;
    const answers = await Promise.all(Array.from({ length: 20 }, () => checkOut(shop)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(new Set(refused.map(({ body }) => body['code']))).toEqual(new Set(['cart-not-open']));
    expect(await count('orders WHERE cart_id = ?', [shop.cart.cart_id])).toBe(1);
    const placed = answers.find(({ status }) => status === 201)?.body.order_ref;
    const held = orders.neighbours.reserved.slice(earlier).map(({ order_ref }) => order_ref);
    const released = () => orders.neighbours.released;
    await eventually(async () => expect(held.filter((ref) => !released().includes(ref))).toEqual([placed]));
  });

  it('makes a customer’s cart their own order, with their account’s address and without a token', async () => {
    const ada = customer();
    const { status, body } = await checkOut(await filled(ada, { email: 'else@example.com' }));
    expect([status, body.order_token]).toEqual([201, undefined]);
    expect(body).toMatchObject({ user_id: ada.user_id, customer_email: `user${ada.user_id}@example.com` });
    expect((await call(ada, 'GET', `/orders/${body.order_id}`)).status).toBe(200);
    expect((await call(ada, 'POST', '/carts')).status).toBe(201);
  });

  it('needs what was shown, something to buy and somebody to write to', async () => {
    const shop = await filled();
    const refusal = async (more: object, of = shop) => {
      const { status, body } = await checkOut(of, more);
      return [status, body['code']];
    };
    expect(await refusal({ version: shop.cart.version - 1 })).toEqual([409, 'cart-changed']);
    expect(await refusal({ expected_total: '49.38' })).toEqual([409, 'total-changed']);
    expect(await refusal({ version: undefined })).toEqual([422, 'validation-failed']);
    expect(await refusal({ price: '1.00' })).toEqual([422, 'validation-failed']);
    orders.neighbours.stock.set(10, 1);
    expect(await refusal({})).toEqual([409, 'insufficient-stock']);
    orders.neighbours.stock.clear();
    orders.neighbours.prices.set(10, '21.00');
    expect(await refusal({ expected_total: '49.39' })).toEqual([409, 'total-changed']);
    expect((await call(shop.who, 'GET', shop.path)).body).toMatchObject({ status: 'open', version: shop.cart.version });
    expect(await refusal({}, await filled(undefined, {}))).toEqual([422, 'email-required']);
    const { body } = await call({}, 'POST', '/carts');
    const who = { 'cart-token': body.cart_token };
    expect(await refusal({}, { who, path: `/carts/${body.cart_id}`, cart: body })).toEqual([409, 'cart-empty']);
    expect((await call({}, 'POST', `${shop.path}/checkout`, { version: 1 })).status).toBe(401);
    expect((await call(who, 'POST', `${shop.path}/checkout`, { version: 1 })).status).toBe(404);
  });

  it('lets the owner of a verified mailbox claim its guests’ orders: all of them, once', async () => {
    const ada = customer();
    const email = `USER${ada.user_id}@example.com`;
    const placed = [
      await checkOut(await filled(undefined, { email })),
      await checkOut(await filled(undefined, { email })),
    ];
    const [first, second] = placed.map(({ body }) => body);
    await checkOut(await filled());
    const claim = (who: TestUser, path = 'me') => call(who, 'POST', `/users/${path}/claim-orders`);
    expect((await claim(ada)).body).toMatchObject({ status: 403, code: 'email-not-verified' });
    expect((await call(ada, 'GET', `/orders/${first?.order_id}`)).status).toBe(404);
    orders.neighbours.verified.add(ada.user_id);
    expect((await claim(STAFF, String(ada.user_id))).status).toBe(404);
    expect((await claim(ada)).body).toEqual({ claimed: 2 });
    expect((await claim(ada)).body).toEqual({ claimed: 0 });
    const { body } = await call(ada, 'GET', '/users/me/orders');
    const ids = (body['orders'] as Body[]).map(({ order_id }) => order_id);
    expect(ids).toEqual([second?.order_id, first?.order_id]);
    const byToken = await call({ 'order-token': String(first?.order_token) }, 'GET', `/orders/${first?.order_id}`);
    expect(byToken.body).toMatchObject({ user_id: ada.user_id, version: 2 });
    expect(await count("outbox WHERE event_type = 'order.claimed'")).toBe(2);
  });
});

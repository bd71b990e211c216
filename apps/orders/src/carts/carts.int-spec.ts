import { randomUUID } from 'node:crypto';
import { runOutsideTransaction } from '@app/kernel';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';
import type { Answer, Method } from '../../../../test/support/test-callers.js';
import { CartsRepository } from './carts.repository.js';
import type { NewCartResponseDto } from './dto/cart-response.dto.js';

type CartBody = NewCartResponseDto & { code: string; errors: { pointer: string }[] };
type CartAnswer = Answer<CartBody>;

const STAFF: TestUser = { user_id: 800, role: 'staff' };
const HOME = { name: 'Ada Lovelace', line1: '1 Main Street', city: 'Springfield', region: 'IL', country: 'US' };

describeOnEachDatabase('carts', (databaseUrl, kind) => {
  let orders: OrdersService;
  let [standard, abroad] = [0, 0];
  let users = 0;
  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl(), { LIMIT_PER_ADDRESS: '100000' });
    const add = async (body: object) =>
      Number((await orders.call(STAFF, 'POST', '/shipping-methods', { body })).body['shipping_method_id']);
    const method = { name: 'Parcel', by: 'subtotal', steps: [{ from: '0', price: '4.90' }] };
    standard = await add({ ...method, code: 'standard' });
    abroad = await add({ ...method, code: 'abroad', countries: ['GB'] });
    await orders.call(STAFF, 'POST', '/tax-rates', {
      body: { name: 'Sales tax', country: 'US', rate: '0.1', includes_shipping: true },
    });
  }, 30_000);
  afterAll(() => orders?.stop());
  beforeEach(() => {
    orders.neighbours.prices.clear();
    orders.neighbours.prices.set(10, '19.99').set(11, '2.50');
    orders.neighbours.stock.clear();
  });

  const customer = (): TestUser => ({ user_id: (users += 1), role: 'customer' });
  const call = (who: TestUser | string | undefined, method: Method, path: string, body?: object, headers = {}) => {
    const guest = typeof who === 'string' ? { 'cart-token': who } : {};
    return orders.call<CartBody>(typeof who === 'object' ? who : undefined, method, path, {
      ...(body && { body }),
      headers: { ...guest, ...headers },
    });
  };
  const begun = async (who?: TestUser): Promise<{ id: string; path: string; token: string }> => {
    const { body } = await call(who, 'POST', '/carts');
    return { id: body.cart_id, path: `/carts/${body.cart_id}`, token: String(body.cart_token) };
  };
  const put = (who: TestUser | string, path: string, productId: number, quantity: number, headers = {}) =>
    call(who, 'PUT', `${path}/items/${productId}`, { quantity }, headers);
  const quantities = ({ body }: CartAnswer) => body.items.map(({ product_id, quantity }) => [product_id, quantity]);
  const rows = (id: string) =>
    orders.database.query<Record<string, unknown>>('SELECT * FROM carts WHERE cart_id = ?', [id]);

  describe('begin', () => {
    it('empty, for a guest with a token that is shown once and stored as a hash', async () => {
      const { status, body, headers } = await call(undefined, 'POST', '/carts');
      const { cart_token: token, ...cart } = body;
      expect(status).toBe(201);
      expect(headers).toMatchObject({ location: `/carts/${cart.cart_id}`, etag: '"1"', 'cache-control': 'no-store' });
      expect(token).toMatch(/^cart\.[\w-]{43}$/);
      expect(cart).toEqual({
        ...{ cart_id: expect.any(String) as string, status: 'open', user_id: null, items: [], changes: [], version: 1 },
        ...{ items_total: '0.00', discount_total: '0.00', shipping_total: '0.00', tax_total: '0.00', tax_lines: [] },
        ...{ order_total: '0.00', prices_include_tax: false, currency: 'USD', shipping_method: null },
        shipping_methods: [{ shipping_method_id: standard, code: 'standard', name: 'Parcel', price: '4.90' }],
        ...{ email: null, shipping_address: null, billing_address: null, shipping_method_id: null },
        ...{ shipping_method_is_open: null, note: null, locale: null, order_id: null },
        ...{ created_at: cart.created_at, updated_at: cart.created_at, expires_at: expect.any(String) as string },
      });
      const days = (Date.parse(cart.expires_at) - Date.parse(cart.created_at)) / 86_400_000;
      expect(days).toBe(30);
      const read = await call(token, 'GET', `/carts/${cart.cart_id}`);
      expect([read.status, read.body]).toEqual([200, cart]);
      expect(JSON.stringify(await rows(cart.cart_id))).not.toContain(token?.slice(5));
    });

    it('limited by address, and from then on by cart', async () => {
      const began = await call(undefined, 'POST', '/carts');
      expect(began.headers['ratelimit-limit']).toBe('100000');
      const { token, path } = { token: String(began.body.cart_token), path: `/carts/${began.body.cart_id}` };
      const first = await put(token, path, 10, 1);
      expect(first.headers).toMatchObject({ 'ratelimit-limit': '600', 'ratelimit-remaining': '599' });
      expect((await put(token, path, 10, 2)).headers['ratelimit-remaining']).toBe('598');
      const other = await begun();
      expect((await put(other.token, other.path, 10, 1)).headers['ratelimit-remaining']).toBe('599');
    });

    it('never again by the same key of a stranger', async () => {
      const headers = { 'idempotency-key': 'same' };
      const [one, other] = [
        await call(undefined, 'POST', '/carts', {}, headers),
        await call(undefined, 'POST', '/carts', {}, headers),
      ];
      expect([one.status, other.status, other.headers['idempotency-replayed']]).toEqual([201, 201, undefined]);
      expect(other.body.cart_id).not.toBe(one.body.cart_id);
      expect(await orders.database.query("SELECT id FROM idempotency_keys WHERE response LIKE '%cart_token%'")).toEqual(
        [],
      );
    });

    it('once for a customer, however many ask at once; then the open one is the answer', async () => {
      const ada = customer();
      const answers = await Promise.all(Array.from({ length: 8 }, () => call(ada, 'POST', '/carts')));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
      expect(new Set(answers.map(({ body }) => body.cart_id)).size).toBe(1);
      const { path } = await begun(ada);
      await put(ada, path, 10, 2);
      const again = await call(ada, 'POST', '/carts');
      expect(again).toMatchObject({ status: 200, body: { user_id: ada.user_id, version: 2, items_total: '39.98' } });
      expect([again.headers['location'], again.body.cart_token]).toEqual([undefined, undefined]);
      const days = (Date.parse(again.body.expires_at) - Date.parse(again.body.updated_at)) / 86_400_000;
      expect(days).toBe(90);
    });

    // The embedded database has one writer at a time, so that there nobody finds what another is about to write.
    if (kind === 'mysql')
      it('once where two have found none', async () => {
        const ada = customer();
        const repository = orders.app.get(CartsRepository);
        const lock = repository.lockOpenOf.bind(repository);
        let faster: CartAnswer | undefined;
        const spy = jest.spyOn(repository, 'lockOpenOf').mockImplementation(async (tx, userId) => {
          const found = await lock(tx, userId);
          spy.mockImplementation(lock);
          faster = await runOutsideTransaction(() => call(ada, 'POST', '/carts'));
          return found;
        });
        const slower = await call(ada, 'POST', '/carts');
        spy.mockRestore();
        expect([faster?.status, slower.status]).toEqual([201, 200]);
        expect(slower.body.cart_id).toBe(faster?.body.cart_id);
      });

    it('are replayed to a customer by the key that began one', async () => {
      const [ada, headers] = [customer(), { 'idempotency-key': 'begin' }];
      const first = await call(ada, 'POST', '/carts', {}, headers);
      await put(ada, `/carts/${first.body.cart_id}`, 10, 1);
      const again = await call(ada, 'POST', '/carts', {}, headers);
      expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
      const found = { 'idempotency-key': 'find' };
      for (let n = 0; n < 2; n++)
        expect(await call(ada, 'POST', '/carts', {}, found)).toMatchObject({ status: 200, body: { version: 2 } });
    });

    it('with nothing of the client’s, and not for an invalid access token', async () => {
      expect(await call(undefined, 'POST', '/carts', { user_id: 1 })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/user_id' }] },
      });
      const stale = await orders.call(undefined, 'POST', '/carts', { headers: { authorization: 'Bearer stale' } });
      expect(stale.status).toBe(401);
    });
  });

  describe('are only for', () => {
    it('who has their token: none is 401, a wrong one 404', async () => {
      const [cart, other] = [await begun(), await begun()];
      for (const [method, path, body] of [
        ['GET', cart.path],
        ['PUT', cart.path, { note: 'x' }],
        ['PUT', `${cart.path}/items/10`, { quantity: 1 }],
        ['DELETE', `${cart.path}/items/10`],
      ] as [Method, string, object?][]) {
        const answer = await call(undefined, method, path, body);
        expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated']);
        for (const wrong of [
          other.token,
          `${cart.token}x`,
          'cart.',
          'x'.repeat(5_000),
          `${cart.token}, ${cart.token}`,
        ]) {
          const answer = await call(wrong, method, path, body);
          expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
        }
        expect((await call(customer(), method, path, body)).status).toBe(404);
      }
      expect((await call(undefined, 'GET', `${cart.path}?cart_token=${cart.token}`)).status).toBe(401);
      expect((await call(cart.token, 'GET', `/carts/${randomUUID()}`)).status).toBe(404);
      expect((await call(cart.token, 'GET', cart.path)).body).toMatchObject({ version: 1, items: [] });
    });

    it('their customer, also while a guest’s token comes along; staff read', async () => {
      const [ada, guest] = [customer(), await begun()];
      const { path } = await begun(ada);
      expect((await put(ada, path, 10, 1)).status).toBe(200);
      expect((await call(customer(), 'GET', path)).status).toBe(404);
      expect((await call(guest.token, 'GET', path)).status).toBe(404);
      expect((await call(ada, 'GET', guest.path, undefined, { 'cart-token': guest.token })).status).toBe(200);
      for (const each of [path, guest.path]) expect((await call(STAFF, 'GET', each)).status).toBe(200);
      expect((await put(STAFF, path, 10, 2)).status).toBe(404);
      expect((await call(STAFF, 'PUT', guest.path, { note: 'x' })).status).toBe(404);
    });

    it('UUIDs', async () => {
      const { token, path } = await begun();
      expect((await call(token, 'GET', path.toUpperCase().replace('/CARTS', '/carts'))).status).toBe(200);
      for (const id of ['1', 'x'.repeat(36), randomUUID().slice(1)])
        expect(await call(token, 'GET', `/carts/${id}`)).toMatchObject({
          status: 422,
          body: { errors: [{ pointer: '{cart_id}' }] },
        });
    });
  });

  describe('change', () => {
    it('by quantities, each change a version that renews their time', async () => {
      const { token, path } = await begun();
      const first = await put(token, path, 11, 3);
      expect(first).toMatchObject({ status: 200, headers: { etag: '"2"' } });
      expect(first.body.items).toEqual([
        {
          ...{ product_id: 11, sku: 'SKU-11', name: 'Product 11', quantity: 3, price: '2.50', line_total: '7.50' },
          ...{ discount_total: '0.00', tax_rate: '0', tax_total: '0.00', on_sale: true, available_quantity: 1_000 },
        },
      ]);
      await put(token, path, 10, 1);
      const changed = await put(token, path, 11, 1_000);
      expect(quantities(changed)).toEqual([
        [10, 1],
        [11, 1_000],
      ]);
      expect(changed.body).toMatchObject({ version: 4, order_total: '2519.99' });
      expect(Date.parse(changed.body.expires_at) - Date.parse(changed.body.updated_at)).toBe(30 * 86_400_000);
      expect(quantities(await put(token, path, 11, 0))).toEqual([[10, 1]]);
      const emptied = await call(token, 'DELETE', `${path}/items/10`);
      expect(emptied).toMatchObject({ status: 200, body: { version: 6, items: [] } });
      expect((await call(token, 'DELETE', `${path}/items/10`)).body.version).toBe(6);
      expect((await call(token, 'GET', path)).body).toEqual(emptied.body);
      expect(orders.neighbours.reserved).toEqual([]);
    });

    it('only as the version that was read, where one is named', async () => {
      const { token, path } = await begun();
      expect((await put(token, path, 10, 1, { 'if-match': '"1"' })).status).toBe(200);
      for (const [method, at, body] of [
        ['PUT', `${path}/items/10`, { quantity: 2 }],
        ['DELETE', `${path}/items/10`],
        ['PUT', path, { note: 'x' }],
      ] as [Method, string, object?][])
        expect((await call(token, method, at, body, { 'if-match': '"1"' })).status).toBe(412);
      expect((await put(token, path, 10, 2, { 'if-match': '"2"' })).status).toBe(200);
    });

    it.each([
      ['a negative quantity', '/items/10', { quantity: -1 }, '/quantity'],
      ['half a piece', '/items/10', { quantity: 1.5 }, '/quantity'],
      ['more than an order takes', '/items/10', { quantity: 1_001 }, '/quantity'],
      ['a price', '/items/10', { quantity: 1, price: '0.01' }, '/price'],
      ['a product that is not sold', '/items/99', { quantity: 1 }, '{product_id}'],
      ['a product that is none', '/items/0', { quantity: 1 }, '{product_id}'],
      ['an address in words', '', { shipping_address: '1 Main Street' }, '/shipping_address'],
      ['an e-mail address that is none', '', { email: 'ada' }, '/email'],
      ['a status', '', { status: 'ordered' }, '/status'],
      ['a version', '', { version: 9 }, '/version'],
    ])('not by %s', async (_, at, body, pointer) => {
      const { token, path } = await begun();
      const answer = await call(token, 'PUT', path + at, body);
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
      expect((await call(token, 'GET', path)).body.version).toBe(1);
    });

    it('to as many lines as an order has', async () => {
      const { token, path } = await begun();
      for (let id = 1_000; id < 1_101; id++) orders.neighbours.prices.set(id, '1.00');
      for (let id = 1_000; id < 1_100; id++) await put(token, path, id, 1);
      expect(await put(token, path, 1_100, 1)).toMatchObject({ status: 409, body: { code: 'cart-full' } });
      expect(await put(token, path, 1_099, 7)).toMatchObject({ status: 200, body: { order_total: '106.00' } });
    });

    it('where they go, of which what is left out stays', async () => {
      const { token, path } = await begun();
      await put(token, path, 10, 1);
      const details = {
        ...{ email: ' Ada@EXAMPLE.com ', shipping_address: { ...HOME, company: null }, billing_address: HOME },
        ...{ shipping_method_id: standard, note: ' Ring twice. ', locale: 'pt-br' },
      };
      const { body } = await call(token, 'PUT', path, details);
      expect(body).toMatchObject({
        ...{
          email: 'Ada@example.com',
          shipping_address: HOME,
          billing_address: HOME,
          note: 'Ring twice.',
          locale: 'pt-BR',
        },
        ...{ shipping_method_id: standard, shipping_method_is_open: true, version: 3 },
        // (19.99 + 4.90) at 10 %, rounded per part.
        ...{ items_total: '19.99', shipping_total: '4.90', tax_total: '2.49', order_total: '27.38' },
        shipping_method: { code: 'standard', name: 'Parcel' },
      });
      expect((await call(token, 'PUT', path, { ...details, note: 'Ring twice.' })).body).toEqual(body);
      const cleared = await call(token, 'PUT', path, { shipping_address: null, note: null });
      expect(cleared.body).toMatchObject({
        shipping_address: null,
        note: null,
        billing_address: HOME,
        tax_total: '0.00',
      });
      expect((await call(token, 'GET', path)).body).toEqual(cleared.body);
    });
  });

  describe('show', () => {
    it('what has changed since each line was put, until it is put again', async () => {
      const { token, path } = await begun();
      orders.neighbours.stock.set(10, 5);
      await put(token, path, 10, 3);
      await put(token, path, 11, 1);
      orders.neighbours.prices.set(10, '21.00');
      orders.neighbours.stock.set(10, 2);
      orders.neighbours.prices.delete(11);
      const read = await call(token, 'GET', path);
      expect(read.body.changes).toEqual([
        { product_id: 10, kind: 'price', was: '19.99', is: '21.00' },
        { product_id: 10, kind: 'availability', was: 5, is: 2 },
        { product_id: 11, kind: 'gone', was: 1_000, is: 0 },
      ]);
      expect(read.body).toMatchObject({ items_total: '63.00', order_total: '63.00', version: 3 });
      expect(read.body.items[1]).toMatchObject({
        ...{ product_id: 11, name: 'Product 11', price: '2.50', quantity: 1, line_total: '0.00' },
        ...{ on_sale: false, available_quantity: 0 },
      });
      await put(token, path, 10, 3);
      const after = await call(token, 'DELETE', `${path}/items/11`);
      expect(after.body).toMatchObject({ changes: [], items_total: '63.00' });
    });

    it('prices under a tag that changes with them', async () => {
      const { token, path } = await begun();
      await put(token, path, 10, 1);
      const { headers } = await call(token, 'GET', path);
      const etag = String(headers['etag']);
      expect(etag).toMatch(/^"2-\d+"$/);
      expect(headers['cache-control']).toBe('no-store');
      const again = () =>
        orders.call(undefined, 'GET', path, { headers: { 'cart-token': token, 'if-none-match': etag } });
      expect((await again()).status).toBe(304);
      orders.neighbours.prices.set(10, '20.00');
      expect((await again()).status).toBe(200);
      expect((await put(token, path, 10, 2, { 'if-match': etag })).status).toBe(200);
    });

    it('a shipping method that has closed since, which is not charged and hinders nothing', async () => {
      const { token, path } = await begun();
      await put(token, path, 10, 1);
      const refused = await call(token, 'PUT', path, { shipping_method_id: abroad, note: 'x' });
      expect(refused).toMatchObject({
        status: 409,
        body: { code: 'shipping-method-unavailable', shipping_method_ids: [standard] },
      });
      expect((await call(token, 'GET', path)).body).toMatchObject({ version: 2, note: null });
      const there = { ...HOME, country: 'GB' };
      const chosen = await call(token, 'PUT', path, { shipping_method_id: abroad, shipping_address: there });
      expect(chosen.body).toMatchObject({ shipping_method_is_open: true, shipping_total: '4.90' });
      const moved = await call(token, 'PUT', path, { shipping_address: HOME });
      expect(moved).toMatchObject({ status: 200 });
      expect(moved.body).toMatchObject({
        ...{
          shipping_method_id: abroad,
          shipping_method_is_open: false,
          shipping_method: null,
          shipping_total: '0.00',
        },
        shipping_methods: [{ shipping_method_id: standard }],
      });
      expect((await put(token, path, 10, 2)).status).toBe(200);
      const emptied = await put(token, path, 10, 0);
      expect((await call(token, 'PUT', path, { shipping_method_id: standard })).body.shipping_total).toBe('0.00');
      expect(emptied.body.order_total).toBe('0.00');
    });

    it('nothing where prices are unknown, and then change nothing either', async () => {
      const { token, path } = await begun();
      await put(token, path, 10, 1);
      orders.neighbours.prices.set(10, 'no price');
      expect((await put(token, path, 10, 2)).status).toBe(500);
      orders.neighbours.prices.set(10, '1.00');
      expect((await call(token, 'GET', path)).body).toMatchObject({ version: 2, items: [{ quantity: 1 }] });
    });
  });

  describe('in the older spelling', () => {
    it('are the caller’s open one, to which products are added', async () => {
      const ada = customer();
      const cart = await call(ada, 'GET', `/cart/${ada.user_id}`);
      expect(cart).toMatchObject({ status: 200, body: { status: 'open', items: [], user_id: ada.user_id } });
      const items = `/cart/${ada.user_id}/items`;
      await call(ada, 'POST', '/cart/me/items', { product_id: 10, quantity: 2 });
      const added = await call(ada, 'POST', items, { product_id: 10, quantity: 3 });
      expect([added.status, quantities(added), added.body.version]).toEqual([200, [[10, 5]], 3]);
      expect(quantities(await call(ada, 'PUT', `${items}/11`, { quantity: 4 }))).toEqual([
        [10, 5],
        [11, 4],
      ]);
      expect(quantities(await call(ada, 'DELETE', `${items}/10`))).toEqual([[11, 4]]);
      expect((await call(ada, 'GET', '/cart/me')).body).toEqual((await call(ada, 'POST', '/carts')).body);
    });

    it('add once under one key', async () => {
      const [ada, headers] = [customer(), { 'idempotency-key': 'add' }];
      const add = () => call(ada, 'POST', '/cart/me/items', { product_id: 10, quantity: 2 }, headers);
      const [first, again] = [await add(), await add()];
      expect(again.headers['idempotency-replayed']).toBe('true');
      expect([again.body, quantities(await call(ada, 'GET', '/cart/me'))]).toEqual([first.body, [[10, 2]]]);
    });

    it('are nobody else’s, take no name or price, and no more pieces than an order', async () => {
      const [ada, bob] = [customer(), customer()];
      const line = { product_id: 10, quantity: 1 };
      for (const who of [bob, STAFF]) {
        expect((await call(who, 'GET', `/cart/${ada.user_id}`)).status).toBe(404);
        expect((await call(who, 'POST', `/cart/${ada.user_id}/items`, line)).status).toBe(404);
        expect((await call(who, 'DELETE', `/cart/${ada.user_id}/items/10`)).status).toBe(404);
      }
      expect((await call(undefined, 'GET', `/cart/${ada.user_id}`)).status).toBe(401);
      expect((await call((await begun()).token, 'GET', `/cart/${ada.user_id}`)).status).toBe(401);
      for (const [more, pointer] of [
        [{ price: '0.01' }, '/price'],
        [{ name: 'Mine' }, '/name'],
        [{ quantity: 0 }, '/quantity'],
        [{ product_id: 99 }, '/product_id'],
      ] as const)
        expect(await call(ada, 'POST', '/cart/me/items', { ...line, ...more })).toMatchObject({
          status: 422,
          body: { errors: [{ pointer }] },
        });
      await call(ada, 'POST', '/cart/me/items', { product_id: 10, quantity: 600 });
      const over = await call(ada, 'POST', '/cart/me/items', { product_id: 10, quantity: 401 });
      expect(over).toMatchObject({ status: 422, body: { errors: [{ pointer: '/quantity', code: 'max' }] } });
    });
  });
});

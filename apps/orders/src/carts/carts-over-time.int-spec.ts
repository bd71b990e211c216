import { guestTokenHash } from '@app/auth';
import { Database } from '@app/database';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';
import type { Method } from '../../../../test/support/test-callers.js';
import { CartsAdminRepository } from '../operations/carts-admin.repository.js';
import { CartCheckouts, type SeenCart } from './cart-checkouts.js';
import { CartsRepository } from './carts.repository.js';
import { CartsSweeper } from './carts.sweeper.js';
import type { NewCartResponseDto } from './dto/cart-response.dto.js';

type CartBody = NewCartResponseDto & { code: string };

const HOME = { name: 'Ada Lovelace', line1: '1 Main Street', city: 'Springfield', country: 'US' };
const PRODUCTS = Array.from({ length: 40 }, (_, index) => 10 + index);

describeOnEachDatabase('carts, many at once and over time', (databaseUrl) => {
  let orders: OrdersService;
  let users = 0;
  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl(), { LIMIT_PER_ADDRESS: '100000' });
    for (const id of PRODUCTS) orders.neighbours.prices.set(id, '1.00');
  }, 30_000);
  afterAll(() => orders?.stop());

  const customer = (): TestUser => ({ user_id: (users += 1), role: 'customer' });
  const call = (who: TestUser | string | undefined, method: Method, path: string, body?: object, headers = {}) =>
    orders.call<CartBody>(typeof who === 'object' ? who : undefined, method, path, {
      ...(body && { body }),
      headers: { ...(typeof who === 'string' && { 'cart-token': who }), ...headers },
    });
  const begun = async (who?: TestUser) => {
    const { body } = await call(who, 'POST', '/carts');
    return { id: body.cart_id, path: `/carts/${body.cart_id}`, token: String(body.cart_token) };
  };
  type Begun = Awaited<ReturnType<typeof begun>>;
  const put = (who: TestUser | string, { path }: Begun, productId: number, quantity: number) =>
    call(who, 'PUT', `${path}/items/${productId}`, { quantity });
  const quantities = ({ items }: CartBody) => items.map(({ product_id, quantity }) => [product_id, quantity]);
  const read = async (who: TestUser | string, { path }: Begun) => (await call(who, 'GET', path)).body;
  const stored = async ({ id }: Begun) =>
    (await orders.database.query<Record<string, unknown>>('SELECT * FROM carts WHERE cart_id = ?', [id]))[0];
  const merge = (who: TestUser | undefined, own: Begun, from: Partial<Begun>, headers = {}) =>
    call(who, 'POST', `${own.path}/merge`, { cart_id: from.id, cart_token: from.token }, headers);

  describe('changed by 20 at once', () => {
    it('have every acknowledged change, each with a version of its own', async () => {
      const [ada, guest] = [customer(), await begun()];
      const own = await begun(ada);
      for (const [who, cart] of [
        [ada, own],
        [guest.token, guest],
      ] as const) {
        const products = PRODUCTS.slice(0, 20);
        const answers = await Promise.all(products.map((id) => put(who, cart, id, id)));
        expect(answers.map(({ status }) => status)).toEqual(products.map(() => 200));
        const versions = answers.map(({ body }) => body.version).sort((a, b) => a - b);
        expect(versions).toEqual(products.map((_, index) => index + 2));
        expect(quantities(await read(who, cart))).toEqual(products.map((id) => [id, id]));
      }
    });

    it('add up in the older spelling, also as the first requests of a customer', async () => {
      const ada = customer();
      const add = () => call(ada, 'POST', '/cart/me/items', { product_id: 10, quantity: 2 });
      const answers = await Promise.all(Array.from({ length: 20 }, add));
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      expect(quantities((await call(ada, 'GET', '/cart/me')).body)).toEqual([[10, 40]]);
    });
  });

  describe('merged', () => {
    it('lose no line and take the larger quantity, however often and by however many at once', async () => {
      for (let round = 0; round < 25; round++) {
        const ada = customer();
        const [own, guest] = [await begun(ada), await begun()];
        const larger = new Map<number, number>();
        for (const [who, cart] of [
          [ada, own],
          [guest.token, guest],
        ] as const) {
          for (const id of PRODUCTS.slice(0, 8).filter(() => Math.random() < 0.5)) {
            const quantity = 1 + Math.floor(Math.random() * 1_000);
            await put(who, cart, id, quantity);
            larger.set(id, Math.max(larger.get(id) ?? 0, quantity));
          }
        }
        const before = await read(ada, own);
        const answers = await Promise.all([1, 2, 3].map(() => merge(ada, own, guest)));
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
        const merged = await read(ada, own);
        expect(quantities(merged)).toEqual([...larger].sort(([a], [b]) => a - b));
        expect(merged.version).toBe(before.version + 1);
        expect((await merge(ada, own, guest)).body).toEqual(merged);
      }
    }, 120_000);

    it('are the customer’s, who keeps what they said and learns what the guest has said', async () => {
      const ada = customer();
      const [own, guest] = [await begun(ada), await begun()];
      await call(ada, 'PUT', own.path, { note: 'Mine', locale: 'de' });
      await put(guest.token, guest, 10, 2);
      const said = { email: 'ada@example.com', shipping_address: HOME, note: 'Theirs', locale: 'fr' };
      await call(guest.token, 'PUT', guest.path, said);
      const { body } = await merge(ada, own, guest);
      expect(body).toMatchObject({ ...said, note: 'Mine', locale: 'de', user_id: ada.user_id, status: 'open' });
      const left = await read(guest.token, guest);
      expect(left).toMatchObject({ status: 'merged', email: null, shipping_address: null, note: null });
      expect(await put(guest.token, guest, 10, 9)).toMatchObject({ status: 409, body: { code: 'cart-not-open' } });
    });

    it('once under one key, and again after what was changed since', async () => {
      const ada = customer();
      const [own, guest, headers] = [await begun(ada), await begun(), { 'idempotency-key': 'merge' }];
      await put(guest.token, guest, 10, 2);
      const first = await merge(ada, own, guest, headers);
      await put(ada, own, 10, 1);
      const again = await merge(ada, own, guest, headers);
      expect([again.body, again.headers['idempotency-replayed']]).toEqual([first.body, 'true']);
      expect(quantities((await merge(ada, own, guest)).body)).toEqual([[10, 1]]);
    });

    it('are shown with what a faster merge has moved', async () => {
      const ada = customer();
      const [own, guest] = [await begun(ada), await begun()];
      await put(guest.token, guest, 10, 2);
      const repository = orders.app.get(CartsRepository);
      const find = repository.find.bind(repository);
      const spy = jest.spyOn(repository, 'find').mockImplementationOnce(async (cartId) => {
        const found = await find(cartId);
        expect((await merge(ada, own, guest)).status).toBe(200);
        return found;
      });
      const slower = await merge(ada, own, guest);
      spy.mockRestore();
      expect([slower.status, quantities(slower.body), slower.body.version]).toEqual([200, [[10, 2]], 2]);
    });

    it('are never somebody else’s', async () => {
      const [ada, bob] = [customer(), customer()];
      const [own, bobs, guest, other] = [await begun(ada), await begun(bob), await begun(), await begun()];
      await put(guest.token, guest, 10, 2);
      const unknown = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
      for (const [who, into, from] of [
        [bob, own, guest],
        [ada, guest, other],
        [ada, own, { id: guest.id, token: other.token }],
        [ada, own, { id: unknown, token: guest.token }],
        [ada, own, { id: bobs.id, token: guest.token }],
        [ada, own, { id: own.id, token: guest.token }],
      ] as [TestUser, Begun, Partial<Begun>][]) {
        expect(await merge(who, into, from)).toMatchObject({ status: 404, body: { code: 'not-found' } });
      }
      expect((await merge(undefined, own, guest)).status).toBe(401);
      expect((await merge(ada, own, { id: guest.id })).status).toBe(422);
      expect([(await read(ada, own)).version, (await read(guest.token, guest)).status]).toEqual([1, 'open']);
      await merge(ada, own, guest);
      expect(await merge(bob, bobs, guest)).toMatchObject({ status: 409, body: { code: 'cart-not-open' } });
    });
  });

  describe('at their end', () => {
    const pass = async ({ id }: Begun) => {
      const sql = 'UPDATE carts SET expires_at = ? WHERE cart_id = ?';
      await orders.database.execute(sql, [new Date(Date.now() - 1_000), id]);
    };
    const sweep = () => orders.app.get(CartsSweeper).sweep();

    it('take no change and are expired, at once; the sweep then erases who it was', async () => {
      const ada = customer();
      const [own, guest, lasting] = [await begun(ada), await begun(), await begun()];
      const details = {
        email: 'ada@example.com',
        shipping_address: HOME,
        billing_address: HOME,
        note: 'Ring',
        locale: 'de',
      };
      for (const [who, cart] of [
        [ada, own],
        [guest.token, guest],
        [lasting.token, lasting],
      ] as const) {
        await put(who, cart, 10, 2);
        await call(who, 'PUT', cart.path, details);
      }
      await pass(own);
      await pass(guest);
      expect((await read(guest.token, guest)).status).toBe('expired');
      expect(await put(guest.token, guest, 10, 3)).toMatchObject({ status: 409, body: { code: 'cart-not-open' } });
      expect(await merge(ada, own, guest)).toMatchObject({ status: 409, body: { code: 'cart-not-open' } });
      expect(await sweep()).toBe(2);
      expect(await sweep()).toBe(0);
      for (const [who, cart] of [
        [ada, own],
        [guest.token, guest],
      ] as const) {
        const nobody = { email: null, shipping_address: null, billing_address: null, note: null };
        expect(await read(who, cart)).toMatchObject({ status: 'expired', ...nobody, locale: 'de', version: 4 });
        expect(await stored(cart)).toMatchObject({
          ...nobody,
          open_user_id: null,
          ended_at: expect.anything() as unknown,
        });
      }
      expect(await read(lasting.token, lasting)).toMatchObject({ status: 'open', note: 'Ring' });
      expect((await begun(ada)).id).not.toBe(own.id);
    });

    it('make room for the customer’s next one also before the sweep', async () => {
      const ada = customer();
      const own = await begun(ada);
      await call(ada, 'PUT', own.path, { note: 'Ring' });
      await pass(own);
      const next = await call(ada, 'POST', '/carts');
      expect(next).toMatchObject({ status: 201, body: { status: 'open', version: 1 } });
      expect(next.body.cart_id).not.toBe(own.id);
      expect(await read(ada, own)).toMatchObject({ status: 'expired', note: null });
    });

    it('are worked off in batches', async () => {
      const carts = await Promise.all(Array.from({ length: 60 }, () => begun()));
      await orders.database.execute(
        "UPDATE carts SET expires_at = ? WHERE status = 'open' AND user_id IS NULL AND version = 1",
        [new Date(Date.now() - 1_000)],
      );
      expect(await sweep()).toBeGreaterThanOrEqual(carts.length);
      expect(await sweep()).toBe(0);
    });

    it('vanish with their user, and nobody else’s', async () => {
      const [ada, bob] = [customer(), customer()];
      const [own, bobs] = [await begun(ada), await begun(bob)];
      await put(ada, own, 10, 1);
      await put(bob, bobs, 10, 1);
      const lines = async () => (await orders.database.query('SELECT cart FROM cart_lines')).length;
      const before = await lines();
      await orders.deliver('user.deleted', { user_id: ada.user_id });
      await eventually(async () => expect(await stored(own)).toBeUndefined());
      expect(await lines()).toBe(before - 1);
      expect(await read(bob, bobs)).toMatchObject({ status: 'open', items: [{ product_id: 10 }] });
    });
  });

  it('are listed for operators, the newest first', async () => {
    const ada = customer();
    const own = await begun(ada);
    await put(ada, own, 10, 2);
    await put(ada, own, 11, 3);
    const list = new CartsAdminRepository(orders.database);
    const wanted = { cart_id: own.id, user_id: ada.user_id, status: 'open', lines: 2, pieces: 5, version: 3 };
    expect(await list.list({ userId: ada.user_id }, 20)).toMatchObject([wanted]);
    const guest = await begun();
    const [newest, next] = await list.list({ status: 'open' }, 2);
    expect([newest, next]).toMatchObject([{ cart_id: guest.id, user_id: null, lines: 0, pieces: 0 }, wanted]);
    expect(newest?.expires_at).toBeInstanceOf(Date);
  });

  describe('that become an order', () => {
    const seen = (cart: Begun, version: number): SeenCart => ({
      cartId: cart.id,
      version,
      visitor: { guest: { of: 'cart', id: cart.id, tokenHash: guestTokenHash(cart.token) } },
    });
    const checkouts = () => orders.app.get(CartCheckouts);
    const order = async (cart: SeenCart, orderId: number, meanwhile = () => Promise.resolve()): Promise<number> => {
      const found = await checkouts().find(cart);
      await meanwhile();
      return orders.app.get(Database).transaction(async (tx) => {
        const locked = await checkouts().lock(tx, found, cart);
        await checkouts().end(tx, locked, orderId);
        return locked.lines.length;
      });
    };

    it('are ended by one of many, and say which order they are', async () => {
      const guest = await begun();
      await put(guest.token, guest, 10, 2);
      const outcomes = await Promise.allSettled([71, 72, 73].map((orderId) => order(seen(guest, 2), orderId)));
      const [done, ...others] = outcomes.filter(({ status }) => status === 'fulfilled');
      expect([done, others]).toMatchObject([{ value: 1 }, []]);
      const cart = await read(guest.token, guest);
      expect(cart).toMatchObject({ status: 'ordered', version: 3, items: [{ quantity: 2 }] });
      expect([71, 72, 73]).toContain(cart.order_id);
      await expect(order(seen(guest, 3), 74)).rejects.toMatchObject({ code: 'cart-not-open' });
      expect(await put(guest.token, guest, 10, 1)).toMatchObject({ status: 409, body: { code: 'cart-not-open' } });
    });

    it('are the version that was seen, before and in the order’s transaction', async () => {
      const guest = await begun();
      await put(guest.token, guest, 10, 2);
      await expect(order(seen(guest, 1), 75)).rejects.toMatchObject({ code: 'cart-changed', details: { version: 2 } });
      const changed = order(seen(guest, 2), 76, async () => void (await put(guest.token, guest, 11, 1)));
      await expect(changed).rejects.toMatchObject({ code: 'cart-changed' });
      const stranger = { ...seen(guest, 3), visitor: seen(await begun(), 3).visitor };
      await expect(order(stranger, 77)).rejects.toMatchObject({ code: 'not-found' });
      expect(await read(guest.token, guest)).toMatchObject({ status: 'open', order_id: null, version: 3 });
    });

    it('leave room for the customer’s next one', async () => {
      const ada = customer();
      const own = await begun(ada);
      await put(ada, own, 10, 1);
      await order({ cartId: own.id, version: 2, visitor: { caller: ada } }, 78);
      expect(await call(ada, 'GET', '/cart/me')).toMatchObject({ status: 200, body: { status: 'open', items: [] } });
    });
  });
});

import { sleep } from '@app/async';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { eventually } from '../../../test/support/eventually.js';
import { OrdersService, type TestUser } from '../../../test/support/orders-service.js';
import type { OrderResponseDto } from './orders/dto/order-response.dto.js';
import { UnpaidOrdersSweeper } from './checkout/unpaid-orders.sweeper.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const BOB: TestUser = { user_id: 2, role: 'customer' };
// Used only where sessions end: tokens made now are refused until the next second.
const EVE: TestUser = { user_id: 4, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };
const ADMIN: TestUser = { user_id: 9, role: 'admin' };
const HOME = { name: 'Ada Lovelace', line1: '1 Main Street', city: 'Springfield', region: 'IL', country: 'US' };
const BASKET = {
  items: [
    { product_id: 20, quantity: 1 },
    { product_id: 10, quantity: 3 },
  ],
};

describeOnEachDatabase('the orders service', (databaseUrl) => {
  let orders: OrdersService;

  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl());
    for (const id of [1, 2, 3, 8, 9]) orders.neighbours.users.add(id);
    orders.neighbours.prices.set(10, '19.90').set(20, '0.10');
  }, 30_000);
  afterAll(() => orders?.stop());
  beforeEach(() => {
    orders.neighbours.beforeAnswer = () => Promise.resolve();
  });

  const place = (who: TestUser = ADA, body: object = BASKET, headers: Record<string, string> = {}) =>
    orders.call<OrderResponseDto>(who, 'POST', '/orders', { body, headers });
  const placed = async (who?: TestUser) => (await place(who)).body;
  const put = (who: TestUser, orderId: number, body: object, headers: Record<string, string> = {}) =>
    orders.call<OrderResponseDto & { code: string; errors: { pointer: string }[] }>(who, 'PUT', `/orders/${orderId}`, {
      body,
      headers,
    });
  const read = (who: TestUser, orderId: number) => orders.call<OrderResponseDto>(who, 'GET', `/orders/${orderId}`);
  /** What the tables hold, of which the repository would make up for what is missing. */
  const stored = async (orderId: number) => {
    const sql = `SELECT payment_status, fulfilment_status, amount_paid FROM orders WHERE order_id = ?`;
    const [row] = await orders.database.query<Record<string, unknown>>(sql, [orderId]);
    const pieces = await orders.database.query(
      'SELECT quantity_shipped AS shipped, quantity_cancelled AS cancelled FROM order_items WHERE order_id = ? ORDER BY product_id',
      [orderId],
    );
    return { ...row, amount_paid: Number(row?.['amount_paid']), pieces };
  };
  const eventTypes = async (orderId: number) => (await orders.events(orderId)).map((event) => event.event_type);

  describe('placing', () => {
    it('stores the order with the prices of the products service and publishes an event', async () => {
      const { status, body, headers } = await place(ADA, {
        ...BASKET,
        shipping_address: { ...HOME, line1: ' 1 Main Street ', company: null, postal_code: '62704' },
        billing_address: HOME,
        note: ' Ring twice. ',
        locale: 'pt-br',
      });
      expect({ status, code: (body as { code?: string }).code }).toEqual({ status: 201, code: undefined });
      expect(headers['location']).toBe(`/orders/${body.order_id}`);
      expect(headers['etag']).toBe('"1"');
      expect(body).toMatchObject({
        user_id: 1,
        customer_email: 'user1@example.com',
        status: 'pending',
        order_total: '59.80',
        currency: 'USD',
      });
      expect(body).toMatchObject({ note: 'Ring twice.', allowed_transitions: ['cancelled'], version: 1 });
      expect(body).toMatchObject({
        payment_status: 'unpaid',
        fulfilment_status: 'unfulfilled',
        items_total: '59.80',
        discount_total: '0.00',
        shipping_total: '0.00',
        tax_total: '0.00',
        tax_lines: [],
        amount_paid: '0.00',
        amount_refunded: '0.00',
        amount_due: '59.80',
        shipping_method: null,
        locale: 'pt-BR',
        cart_id: null,
      });
      expect(body.items[0]).toMatchObject({
        discount_total: '0.00',
        tax_rate: '0',
        tax_total: '0.00',
        quantity_shipped: 0,
        quantity_cancelled: 0,
        quantity_returned: 0,
        quantity_open: 3,
      });
      expect([body.shipping_address, body.billing_address]).toStrictEqual([{ ...HOME, postal_code: '62704' }, HOME]);
      expect(
        body.items.map((item) => [item.product_id, item.sku, item.quantity, item.price_at_order, item.line_total]),
      ).toEqual([
        [10, 'SKU-10', 3, '19.90', '59.70'],
        [20, 'SKU-20', 1, '0.10', '0.10'],
      ]);
      expect(body.history).toEqual([{ status: 'pending', at: body.created_at, by: 1 }]);
      expect((await read(ADA, body.order_id)).body).toEqual(body);
      const [event] = await orders.events(body.order_id);
      expect(event).toMatchObject({
        event_type: 'order.created',
        aggregate_version: 1,
        payload: {
          order_ref: body.order_ref,
          order_total: '59.80',
          previous_status: null,
          shipping_address: 'Ada Lovelace\n1 Main Street\nSpringfield, IL 62704\nUS',
          ship_to: body.shipping_address,
          bill_to: HOME,
          note: 'Ring twice.',
          payment_status: 'unpaid',
          fulfilment_status: 'unfulfilled',
          items_total: '59.80',
          amount_due: '59.80',
          locale: 'pt-BR',
        },
      });
    });

    it('publishes the event right after the commit', async () => {
      const { order_id } = await placed();
      await eventually(async () => {
        const [row] = await orders.database.query<{ sent_at: unknown }>(
          'SELECT sent_at FROM outbox ORDER BY id DESC LIMIT 1',
        );
        expect(row?.sent_at).not.toBeNull();
      });
      expect(await eventTypes(order_id)).toEqual(['order.created']);
    });

    it('creates one order for many requests with one key and replays its response', async () => {
      const key = { 'idempotency-key': 'one-order' };
      const answers = await Promise.all(Array.from({ length: 8 }, () => place(ADA, BASKET, key)));
      const again = await place(ADA, BASKET, key);
      const made = answers.find(
        (answer) => answer.status === 201 && answer.headers['idempotency-replayed'] === undefined,
      );
      expect(again).toMatchObject({ status: 201, body: made?.body });
      expect(again.headers).toMatchObject({
        'idempotency-replayed': 'true',
        location: made?.headers['location'],
        etag: '"1"',
      });
      expect(answers.filter((answer) => answer.status !== 201 && answer.status !== 409)).toEqual([]);
      const [count] = await orders.database.query<{ n: number }>(
        'SELECT COUNT(*) AS n FROM orders WHERE order_ref = ?',
        [made?.body.order_ref],
      );
      expect(Number(count?.n)).toBe(1);
      expect(await place(ADA, { items: [{ product_id: 10, quantity: 1 }] }, key)).toMatchObject({
        status: 422,
        body: { code: 'idempotency-key-reused' },
      });
      expect((await place(BOB, BASKET, key)).headers['idempotency-replayed']).toBeUndefined();
    });

    it('passes on a refusal of products and frees the key', async () => {
      orders.neighbours.stock.set(10, 2);
      const key = { 'idempotency-key': 'refused' };
      const short = await place(ADA, BASKET, key);
      expect(short).toMatchObject({
        status: 409,
        body: { code: 'insufficient-stock', items: [{ product_id: 10, requested: 3, available: 2 }] },
      });
      orders.neighbours.stock.delete(10);
      expect(await place(ADA, BASKET, key)).toMatchObject({ status: 201 });
      const cheap = { items: [{ product_id: 10, quantity: 1, price_at_order: 0.01 }] };
      expect(await place(ADA, cheap)).toMatchObject({ status: 409, body: { code: 'price-changed' } });
      expect(await place(ADA, { items: [{ product_id: 99, quantity: 1 }] })).toMatchObject({
        status: 422,
        body: { code: 'unknown-product' },
      });
    });

    it('accepts the largest possible order', async () => {
      const items = Array.from({ length: 100 }, (_, i) => ({ product_id: 1_000 + i, quantity: 1000 }));
      for (const { product_id } of items) orders.neighbours.prices.set(product_id, '99999999.99');
      // Placed by staff, since it exceeds the limit of unpaid pieces.
      const { status, body } = await place(STAFF, { items }, { 'idempotency-key': 'largest' });
      expect([status, body.order_total, body.items.length]).toEqual([201, '9999999999000.00', 100]);
      expect((await read(STAFF, body.order_id)).body).toEqual(body);
      expect((await orders.events(body.order_id))[0]?.payload.order_total).toBe('9999999999000.00');
    });

    it('lets only staff order for somebody else', async () => {
      expect(await place(ADA, { ...BASKET, user_id: 2 })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/user_id' }] },
      });
      expect(await place(STAFF, { ...BASKET, user_id: 2 })).toMatchObject({
        status: 201,
        body: { user_id: 2, history: [{ by: 8 }] },
      });
      expect(await place(STAFF, { ...BASKET, user_id: 77 })).toMatchObject({
        status: 422,
        body: { code: 'unknown-user', errors: [{ pointer: '/user_id' }] },
      });
    });

    it.each([
      [{ items: [] }, '/items'],
      [{ items: { product_id: 1, quantity: 1 } }, '/items'],
      [{ items: [{ product_id: 1, quantity: 0 }] }, '/items/0/quantity'],
      [{ items: [{ product_id: 1, quantity: '1' }] }, '/items/0/quantity'],
      [
        {
          items: [
            { product_id: 1, quantity: 600 },
            { product_id: 1, quantity: 401 },
          ],
        },
        '/items/1/quantity',
      ],
      [{ ...BASKET, shipping_address: '1 Main Street' }, '/shipping_address'],
      [{ ...BASKET, shipping_address: [HOME] }, '/shipping_address'],
      [{ ...BASKET, shipping_address: { ...HOME, line1: undefined } }, '/shipping_address/line1'],
      [{ ...BASKET, shipping_address: { ...HOME, city: null } }, '/shipping_address/city'],
      [{ ...BASKET, shipping_address: { ...HOME, name: 'x'.repeat(101) } }, '/shipping_address/name'],
      [{ ...BASKET, shipping_address: { ...HOME, postal_code: '1'.repeat(21) } }, '/shipping_address/postal_code'],
      [{ ...BASKET, shipping_address: { ...HOME, country: 'Germany' } }, '/shipping_address/country'],
      [{ ...BASKET, shipping_address: { ...HOME, country: 'us' } }, '/shipping_address/country'],
      [{ ...BASKET, billing_address: { ...HOME, country: 'EU' } }, '/billing_address/country'],
      [{ ...BASKET, billing_address: { ...HOME, phone: '020 7946' } }, '/billing_address/phone'],
      [{ ...BASKET, billing_address: { ...HOME, street: '1' } }, '/billing_address/street'],
      [{ ...BASKET, note: 'x'.repeat(1001) }, '/note'],
      [{ ...BASKET, locale: 'not a locale' }, '/locale'],
      [{ ...BASKET, locale: 'en-a' }, '/locale'],
      [{ ...BASKET, payment_status: 'paid' }, '/payment_status'],
      [{ ...BASKET, amount_paid: '59.80' }, '/amount_paid'],
      [{ ...BASKET, status: 'paid' }, '/status'],
      [{ ...BASKET, order_total: '0.01' }, '/order_total'],
    ])('refuses %j', async (body, pointer) => {
      expect(await place(ADA, body)).toMatchObject({
        status: 422,
        body: { code: 'validation-failed', errors: [{ pointer }] },
      });
    });

    it('fails when its ref was abandoned meanwhile, and stores nothing', async () => {
      orders.neighbours.beforeAnswer = async ({ order_ref }) => {
        expect(await orders.settle(order_ref)).toEqual({ outcome: 'abandoned' });
      };
      const [before] = await orders.database.query<{ n: number }>('SELECT COUNT(*) AS n FROM orders');
      const late = await place();
      expect(late).toMatchObject({ status: 503, body: { code: 'inventory-unavailable' } });
      expect(late.headers['retry-after']).toBe('1');
      expect(await orders.database.query('SELECT COUNT(*) AS n FROM orders')).toEqual([before]);
    });
  });

  describe('settling', () => {
    it('returns `placed` for a stored order, otherwise `abandoned` for ever', async () => {
      const { order_ref } = await placed();
      const unknown = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
      expect(await orders.settle(order_ref)).toEqual({ outcome: 'placed' });
      expect(await orders.settle(unknown)).toEqual({ outcome: 'abandoned' });
      expect(await orders.settle(unknown)).toEqual({ outcome: 'abandoned' });
    });

    it('lets exactly one of a late commit and an abandonment win', async () => {
      for (let round = 0; round < 40; round += 1) {
        let outcome: Promise<object> | undefined;
        orders.neighbours.beforeAnswer = ({ order_ref }) => {
          outcome = sleep(Math.random() * 10).then(() => orders.settle(order_ref));
          return Promise.resolve();
        };
        const { status } = await place();
        expect([status, await outcome]).toEqual(
          status === 201 ? [201, { outcome: 'placed' }] : [503, { outcome: 'abandoned' }],
        );
      }
    });
  });

  describe('changing', () => {
    it('makes every allowed transition with one event each, and does nothing when repeated', async () => {
      const { order_id } = await placed();
      const steps = [
        [{ status: 'paid' }, { payment_status: 'paid', fulfilment_status: 'unfulfilled' }, [0, 3]],
        [
          { status: 'shipped', carrier: 'DHL', tracking_number: 'T1' },
          { payment_status: 'paid', fulfilment_status: 'shipped' },
          [3, 0],
        ],
        [{ status: 'completed' }, { payment_status: 'paid', fulfilment_status: 'delivered' }, [3, 0]],
      ] as const;
      for (const [step, axes, [quantity_shipped, quantity_open]] of steps) {
        const first = await put(STAFF, order_id, step);
        const money = { amount_paid: '59.80', amount_due: '0.00', order_total: '59.80' };
        expect(first).toMatchObject({ status: 200, body: { ...step, ...axes, ...money } });
        expect(first.body.items[0]).toMatchObject({ quantity_shipped, quantity_cancelled: 0, quantity_open });
        expect((await read(STAFF, order_id)).body).toEqual(first.body);
        const again = await put(STAFF, order_id, { status: step.status });
        expect(again.body.version).toBe(first.body.version);
      }
      expect(await stored(order_id)).toEqual({
        payment_status: 'paid',
        fulfilment_status: 'delivered',
        amount_paid: 5_980,
        pieces: [
          { shipped: 3, cancelled: 0 },
          { shipped: 1, cancelled: 0 },
        ],
      });
      expect(await eventTypes(order_id)).toEqual([
        ...['order.created', 'order.paid', 'shipment.shipped', 'order.shipped', 'order.completed'],
      ]);
      const { body } = await read(ADA, order_id);
      expect(body).toMatchObject({ version: 4, carrier: 'DHL', tracking_number: 'T1', allowed_transitions: [] });
      expect(body.history.map((entry) => [entry.status, entry.by])).toEqual([
        ['pending', 1],
        ['paid', 8],
        ['shipped', 8],
        ['completed', 8],
      ]);
      const events = await orders.events(order_id);
      expect(events.map((event) => [event.aggregate_version, event.payload.previous_status])).toEqual([
        [1, null],
        [2, 'pending'],
        [3, 'shipped'],
        [3, 'paid'],
        [4, 'shipped'],
      ]);
    });

    it('lets the owner cancel only a pending order, once', async () => {
      const { order_id } = await placed();
      const cancel = { status: 'cancelled', cancel_reason: 'mind' };
      for (const who of [ADA, STAFF])
        expect(await put(who, order_id, cancel)).toMatchObject({ status: 200, body: cancel });
      expect(await stored(order_id)).toMatchObject({
        pieces: [
          { shipped: 0, cancelled: 3 },
          { shipped: 0, cancelled: 1 },
        ],
      });
      const { body } = await read(ADA, order_id);
      expect(body).toMatchObject({ payment_status: 'unpaid', fulfilment_status: 'unfulfilled', amount_due: '0.00' });
      expect(body.items.map((item) => [item.quantity, item.quantity_cancelled, item.quantity_open])).toEqual([
        [3, 3, 0],
        [1, 1, 0],
      ]);
      expect(await eventTypes(order_id)).toEqual(['order.created', 'order.cancelled']);
      const paid = await placed();
      await put(STAFF, paid.order_id, { status: 'paid' });
      expect(await put(ADA, paid.order_id, cancel)).toMatchObject({
        status: 409,
        body: { code: 'invalid-transition', allowed_transitions: [] },
      });
      expect(await put(STAFF, paid.order_id, { status: 'completed' })).toMatchObject({
        status: 409,
        body: { allowed_transitions: ['shipped', 'cancelled'] },
      });
    });

    it('refuses fields and transitions of staff to customers', async () => {
      const { order_id } = await placed();
      expect(await put(ADA, order_id, { status: 'paid' })).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      expect(await put(ADA, order_id, { carrier: 'DHL' })).toMatchObject({ status: 403 });
      expect(await put(STAFF, order_id, { carrier: 'DHL' })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/carrier' }] },
      });
      expect(await put(STAFF, order_id, { status: 'paid', cancel_reason: 'x' })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/cancel_reason' }] },
      });
      expect(await put(ADA, order_id, { order_total: '0.01' })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/order_total' }] },
      });
    });

    it('changes addresses and note while pending, without an event', async () => {
      const { order_id } = await placed();
      const moved = { ...HOME, line1: 'New Road 2' };
      expect(await put(ADA, order_id, { shipping_address: moved })).toMatchObject({
        status: 200,
        body: { shipping_address: moved, billing_address: null, note: null, version: 2 },
      });
      const said = { billing_address: HOME, note: 'Ring twice.', locale: 'de-CH' };
      expect(await put(ADA, order_id, said)).toMatchObject({
        body: { shipping_address: moved, ...said, version: 3 },
      });
      expect(await put(ADA, order_id, { shipping_address: moved, billing_address: null, note: null })).toMatchObject({
        body: { shipping_address: moved, billing_address: null, note: null, locale: 'de-CH', version: 4 },
      });
      await put(STAFF, order_id, { status: 'paid' });
      for (const [body, code] of [
        [{ shipping_address: HOME }, 'address-fixed'],
        [{ billing_address: HOME }, 'address-fixed'],
        [{ note: 'Ring once.' }, 'details-fixed'],
        [{ locale: 'fr' }, 'details-fixed'],
      ] as const) {
        expect(await put(ADA, order_id, body)).toMatchObject({ status: 409, body: { code } });
        expect(await put(STAFF, order_id, body)).toMatchObject({ status: 200, body });
      }
      expect(await eventTypes(order_id)).toEqual(['order.created', 'order.paid']);
    });

    it('refuses a stale If-Match and returns 304 for an unchanged order', async () => {
      const { order_id } = await placed();
      expect(await put(STAFF, order_id, { status: 'paid' }, { 'if-match': '"1"' })).toMatchObject({
        status: 200,
        headers: { etag: '"2"' },
      });
      expect(await put(STAFF, order_id, { status: 'shipped' }, { 'if-match': '"1"' })).toMatchObject({
        status: 412,
        body: { code: 'precondition-failed' },
      });
      const unchanged = await orders.call(ADA, 'GET', `/orders/${order_id}`, { headers: { 'if-none-match': '"2"' } });
      expect(unchanged.status).toBe(304);
    });

    it('lets one of two conflicting transitions win, without a server error', async () => {
      for (let round = 0; round < 10; round += 1) {
        const { order_id } = await placed();
        const answers = await Promise.all([
          put(ADA, order_id, { status: 'cancelled' }),
          put(STAFF, order_id, { status: 'paid' }),
        ]);
        expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
        expect(await eventTypes(order_id)).toHaveLength(2);
      }
    });
  });

  it('shows the text that release 0.1 took as an address as a note, until it is replaced', async () => {
    const { order_id } = await placed();
    const sql = 'UPDATE orders SET shipping_address = ?, note = ? WHERE order_id = ?';
    await orders.database.execute(sql, ['1 Main Street\nSpringfield', 'Ring twice.', order_id]);
    const former = { shipping_address: null, note: '1 Main Street\nSpringfield' };
    expect((await read(ADA, order_id)).body).toMatchObject(former);
    expect((await put(STAFF, order_id, { status: 'paid' })).body).toMatchObject(former);
    expect((await orders.events(order_id)).at(-1)?.payload).toMatchObject({
      shipping_address: '1 Main Street\nSpringfield',
      ship_to: null,
    });
    expect((await put(STAFF, order_id, { shipping_address: HOME })).body).toMatchObject({
      shipping_address: HOME,
      note: 'Ring twice.',
    });
  });

  describe('reading', () => {
    it('accepts `me` for the caller', async () => {
      const { order_id } = await placed(BOB);
      const { body } = await orders.call<{ orders: OrderResponseDto[] }>(BOB, 'GET', '/users/me/orders');
      expect(body.orders[0]?.order_id).toBe(order_id);
      expect(body.orders.every(({ user_id }) => user_id === BOB.user_id)).toBe(true);
      expect(await orders.call(undefined, 'GET', '/users/me/orders')).toMatchObject({ status: 401 });
      expect(await orders.call(BOB, 'GET', '/orders/me')).toMatchObject({ status: 422 });
    });

    it('hides other customers’ orders', async () => {
      const { order_id } = await placed();
      expect(await read(BOB, order_id)).toMatchObject({ status: 404 });
      expect(await put(BOB, order_id, { status: 'cancelled' })).toMatchObject({ status: 404 });
      expect(await orders.call(BOB, 'GET', '/users/1/orders')).toMatchObject({ status: 404 });
      expect(await orders.call(BOB, 'GET', '/orders')).toMatchObject({ status: 403 });
      expect(await orders.call(undefined, 'GET', `/orders/${order_id}`)).toMatchObject({ status: 401 });
      expect(await read(STAFF, order_id)).toMatchObject({
        status: 200,
        body: { allowed_transitions: ['paid', 'cancelled'] },
      });
    });

    it('lists by page and by cursor, each order once', async () => {
      const mine: TestUser = { user_id: 3, role: 'customer' };
      const ids: number[] = [];
      for (let i = 0; i < 5; i += 1) ids.unshift((await placed(mine)).order_id);
      await put(mine, ids[0] ?? 0, { status: 'cancelled' });
      type List = { orders: OrderResponseDto[]; total: number; next_cursor: string | null };
      const list = (query: string, who: TestUser = mine) => orders.call<List>(who, 'GET', query);
      const first = await list('/users/3/orders?page_size=2');
      expect(first.body).toMatchObject({ total: 5, total_is_exact: true, page: 1, page_size: 2 });
      expect(first.headers['link']).toContain('rel="next"');
      for (const sort of ['-created_at', 'order_total']) {
        const seen: number[] = [];
        let page = (await list(`/users/3/orders?page_size=2&sort=${sort}`)).body;
        for (;;) {
          seen.push(...page.orders.map((order) => order.order_id));
          if (page.next_cursor === null) break;
          page = (await list(`/users/3/orders?page_size=2&sort=${sort}&cursor=${page.next_cursor}`)).body;
        }
        expect(new Set(seen)).toEqual(new Set(ids));
        expect(seen).toHaveLength(5);
      }
      expect((await list('/users/3/orders?status=cancelled')).body.orders.map((order) => order.order_id)).toEqual([
        ids[0],
      ]);
      expect((await list('/orders?user_id=3&status=pending&with_total=false', STAFF)).body).toMatchObject({
        total: null,
        orders: { length: 4 },
      });
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
      expect((await list(`/orders?user_id=3&created_from=${tomorrow}`, STAFF)).body.total).toBe(0);
      expect((await list(`/orders?user_id=3&created_to=${tomorrow}`, STAFF)).body.total).toBe(5);
      // Both ends of the range are inclusive.
      const [oldest] = (await list('/orders?user_id=3&sort=created_at&page_size=1', STAFF)).body.orders;
      const instant = String(oldest?.created_at);
      const during = `/orders?user_id=3&created_from=${instant}&created_to=${instant}`;
      expect((await list(during, STAFF)).body.total).toBeGreaterThanOrEqual(1);
      const forged = Buffer.from(JSON.stringify(['-created_at', 'x', 'y'])).toString('base64url');
      expect((await list(`/users/3/orders?cursor=${forged}`)).status).toBe(422);
    });
  });

  describe('removing', () => {
    const remove = (who: TestUser, orderId: number) => orders.call(who, 'DELETE', `/orders/${orderId}`);

    it('cancels a pending order and hides it from everybody', async () => {
      const { order_id } = await placed();
      expect((await remove(STAFF, order_id)).status).toBe(403);
      expect((await remove(ADMIN, order_id)).status).toBe(204);
      expect(await eventTypes(order_id)).toEqual(['order.created', 'order.cancelled']);
      for (const who of [ADA, STAFF, ADMIN]) expect((await read(who, order_id)).status).toBe(404);
      expect((await remove(ADMIN, order_id)).status).toBe(404);
    });

    it('refuses to remove a paid order and removes a completed one without an event', async () => {
      const { order_id } = await placed();
      await put(STAFF, order_id, { status: 'paid' });
      expect(await remove(ADMIN, order_id)).toMatchObject({ status: 409, body: { code: 'order-active' } });
      await put(STAFF, order_id, { status: 'shipped' });
      await put(STAFF, order_id, { status: 'completed' });
      expect((await remove(ADMIN, order_id)).status).toBe(204);
      expect(await eventTypes(order_id)).toHaveLength(5);
    });
  });

  it('is ready and describes itself', async () => {
    expect(await orders.call(undefined, 'GET', '/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const { body } = await orders.call<{ paths: object }>(undefined, 'GET', '/openapi.json');
    for (const path of ['/orders', '/orders/{order_id}', '/users/{user_id}/orders'])
      expect(body.paths).toHaveProperty([path]);
  });

  it('cancels orders not paid in time, and no others', async () => {
    const [old, paid, young] = [await placed(), await placed(), await placed()];
    await put(STAFF, paid.order_id, { status: 'paid' });
    const dayBefore = new Date(Date.now() - 25 * 3_600_000);
    await orders.database.execute('UPDATE orders SET created_at = ? WHERE order_id IN (?, ?)', [
      dayBefore,
      old.order_id,
      paid.order_id,
    ]);
    expect(await orders.app.get(UnpaidOrdersSweeper).sweep()).toBe(1);
    expect((await read(ADA, old.order_id)).body).toMatchObject({
      status: 'cancelled',
      history: [{}, { status: 'cancelled', by: null }],
    });
    expect((await read(ADA, paid.order_id)).body.status).toBe('paid');
    expect((await read(ADA, young.order_id)).body.status).toBe('pending');
  });

  it('cancels unpaid orders sooner if the customer has not verified the address', async () => {
    const [unverified, nowVerified, unknown, young] = [await placed(), await placed(), await placed(), await placed()];
    const age = (verified: 0 | 1 | null, minutes: number, { order_id }: OrderResponseDto) =>
      orders.database.execute('UPDATE orders SET customer_email_verified = ?, created_at = ? WHERE order_id = ?', [
        verified,
        new Date(Date.now() - minutes * 60_000),
        order_id,
      ]);
    await age(0, 61, unverified);
    await age(1, 61, nowVerified);
    await age(null, 61, unknown);
    await age(0, 59, young);
    expect(await orders.app.get(UnpaidOrdersSweeper).sweep()).toBe(1);
    expect((await read(ADA, unverified.order_id)).body.status).toBe('cancelled');
    for (const { order_id } of [nowVerified, unknown, young])
      expect((await read(ADA, order_id)).body.status).toBe('pending');
  });

  it('refuses tokens from before their sessions ended, and accepts newer ones', async () => {
    const notBefore = new Date(Math.floor(Date.now() / 1000) * 1000 + 1000);
    await orders.deliver('user.sessions-ended', { user_id: EVE.user_id, not_before: notBefore.toISOString() });
    const read = (token: string) =>
      orders.app.inject({ url: `/users/${EVE.user_id}/orders`, headers: { authorization: `Bearer ${token}` } });
    const old = await orders.token(EVE, new Date(notBefore.getTime() - 5_000));
    await eventually(async () => expect((await read(old)).statusCode).toBe(401));
    const fresh = await orders.token(EVE, notBefore);
    expect((await read(fresh)).statusCode).toBe(200);
  });

  it('publishes with each transition whether the customer has verified the address', async () => {
    const [open, other] = [await placed(BOB), await placed(STAFF)];
    const published = async ({ order_id }: OrderResponseDto) =>
      (await orders.events(order_id)).at(-1)?.payload.customer_email_verified;
    expect([await published(open), await published(other)]).toEqual([false, false]);
    const verified = { full_name: 'Bob', former_email: null, former_email_verified: null };
    const of = (email: string) => ({ user_id: BOB.user_id, email, ...verified });
    await orders.deliver('user.email-verified', of('elsewhere@example.com'));
    await orders.deliver('user.email-verified', of(String(open.customer_email)));
    await eventually(async () => {
      const sql = 'SELECT customer_email_verified AS verified FROM orders WHERE order_id = ?';
      expect(await orders.database.query(sql, [open.order_id])).toMatchObject([{ verified: 1 }]);
    });
    for (const { order_id } of [open, other]) await put(STAFF, order_id, { status: 'paid' });
    expect([await published(open), await published(other)]).toEqual([true, false]);
    orders.neighbours.verified.add(BOB.user_id);
    expect(await published(await placed(BOB))).toBe(true);
  });

  it('erases a deleted user, except the address of goods that are still on their way', async () => {
    const address = { ...BASKET, shipping_address: HOME, billing_address: HOME, note: 'For Ada.' };
    const done = (await place(ADA, address)).body;
    const [onItsWay, arrived] = [(await place(ADA, address)).body, (await place(ADA, address)).body];
    await put(STAFF, arrived.order_id, { status: 'paid' });
    await put(STAFF, arrived.order_id, { status: 'shipped', tracking_number: 'T-ARRIVED' });
    await put(STAFF, arrived.order_id, { status: 'completed' });
    await put(ADA, done.order_id, { status: 'cancelled', cancel_reason: 'I am Ada, and ill.' });
    await put(STAFF, onItsWay.order_id, { status: 'paid' });
    await orders.deliver('user.deleted', { user_id: 1 });
    await eventually(async () => expect((await read(STAFF, done.order_id)).body.customer_email).toBeNull());
    expect((await read(STAFF, arrived.order_id)).body).toMatchObject({
      tracking_number: null,
      shipping_address: null,
      billing_address: null,
      note: null,
    });
    expect((await read(STAFF, done.order_id)).body).toMatchObject({
      shipping_address: null,
      cancel_reason: null,
      order_total: '59.80',
      version: 3,
    });
    await eventually(async () => {
      const rows = await orders.database.query<Record<string, unknown>>('SELECT * FROM orders WHERE user_id = 1');
      expect(JSON.stringify(rows)).not.toMatch(/Ada, and ill/);
      const former = rows.filter((row) => ['completed', 'cancelled'].includes(String(row['status'])));
      expect(JSON.stringify(former)).not.toMatch(/Main Street|For Ada/);
      const sent = await orders.database.query('SELECT envelope FROM outbox WHERE sent_at IS NOT NULL');
      expect(JSON.stringify(sent)).not.toMatch(/Ada, and ill|Main Street|For Ada/);
    });
    expect((await read(STAFF, onItsWay.order_id)).body).toMatchObject({
      shipping_address: HOME,
      billing_address: null,
      note: 'For Ada.',
      customer_email: null,
    });
    await put(STAFF, onItsWay.order_id, { status: 'shipped', tracking_number: 'T-ADA' });
    expect(await put(STAFF, onItsWay.order_id, { status: 'completed' })).toMatchObject({
      status: 200,
      body: { shipping_address: null, tracking_number: null, note: null },
    });
    const last = (await orders.events(onItsWay.order_id)).at(-1);
    expect(last?.payload).toMatchObject({ customer_email: '', shipping_address: null, ship_to: null, note: null });
    expect(last?.payload.customer_name).toBeUndefined();
  });

  it('returns 503 and stores no order while products is unavailable', async () => {
    await orders.neighbours.productsServer.close();
    const answer = await place(STAFF);
    expect(answer).toMatchObject({ status: 503, body: { code: 'inventory-unavailable' } });
    expect(answer.headers['retry-after']).toBe('2');
  }, 15_000);
});

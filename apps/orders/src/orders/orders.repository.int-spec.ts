import { Database, openDataSource } from '@app/database';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ordersDatabase } from '../database/data-source.js';
import { newOrder } from '../checkout/new-order.js';
import { quote, type QuoteRequest } from '../pricing/quote.js';
import type { ShippingTerms } from '../pricing/shipping.js';
import type { OfferedLine } from '../stock/inventory.client.js';
import { OrderRefsRepository } from './order-refs.repository.js';
import type { Order } from './order.entity.js';
import { OrdersRepository } from './orders.repository.js';

const NOW = new Date('2026-11-22T12:00:00.123Z');
const ref = (n: number) => `7c9e6679-7425-40de-944b-${String(n).padStart(12, '0')}`;

const QUOTED = {
  place: { country: 'FR', region: null, postalCode: null },
  shippingMethodId: 7,
  methods: [
    {
      ...{ shippingMethodId: 7, code: 'standard', name: 'Größe “L” 📦', countries: [], by: 'subtotal' as const },
      ...{ steps: [{ from: 0, price: 490 }], freeFrom: null, position: 0, isActive: true },
    },
  ],
  rules: [
    {
      ...{ taxRateId: 1, name: 'TVA “réduite” 🧾', country: 'FR', region: null, postalPrefix: null },
      ...{ taxCategory: 'standard', rate: 55_000, includesShipping: false, validFrom: null, validTo: null },
    },
  ],
};

describeOnEachDatabase('the tables of orders', (databaseUrl) => {
  let database: Database;
  let orders: OrdersRepository;
  let refs: OrderRefsRepository;
  let count = 0;

  beforeAll(async () => {
    database = new Database(await openDataSource(ordersDatabase({ url: databaseUrl(), poolSize: 8 })));
    orders = new OrdersRepository(database);
    refs = new OrderRefsRepository(database);
  }, 30_000);
  afterAll(() => database?.close());

  const draft = (lines: number, user_id: number, over: Partial<QuoteRequest<OfferedLine, ShippingTerms>> = {}): Order =>
    newOrder({
      order_ref: ref((count += 1)),
      customer: { user_id, email: 'ada@example.com', full_name: 'Ada 🦊' },
      quote: quote({
        lines: Array.from({ length: lines }, (_, i) => ({
          product_id: i + 1,
          sku: `S${i}`,
          name: 'Größe “L” 🧦',
          quantity: 1000,
          price: 9_999_999_999,
          weight_grams: null,
          tax_category: 'standard',
        })),
        ...{ place: null, methods: [], rules: [], pricesIncludeTax: false, at: NOW },
        ...over,
      }),
      currency: 'USD',
      details: {
        shipping_address: { name: 'Ada 🦊', line1: 'Straße 1 <b>{{x}}</b>', city: 'Köln', country: 'DE', phone: null },
        billing_address: { name: 'Ada', line1: '"1"\\', line2: "'2'", city: 'Köln', country: 'DE' },
        note: 'Zweimal\nklingeln',
      },
      by: user_id,
      at: NOW,
    });
  const insert = async (lines = 3, user_id = 1, over = {}): Promise<Order> => {
    const order = draft(lines, user_id, over);
    await database.transaction((tx) => orders.insert(tx, order, () => undefined));
    return order;
  };

  it('reads an order back as it was stored, ids included', async () => {
    const order = await insert(100);
    expect(await orders.getById(order.orderId)).toEqual({
      ...order,
      history: [expect.objectContaining({ orderId: order.orderId, status: 'pending', at: NOW, by: 1 })],
    });
    expect(order.orderTotal).toBe(999_999_999_900_000);
  });

  it('reads back what an order was quoted', async () => {
    const order = await insert(2, 1, QUOTED);
    const { taxLines, shippingMethod, shippingTotal } = await orders.getById(order.orderId);
    expect([taxLines, shippingMethod, shippingTotal]).toEqual([
      [{ name: 'TVA “réduite” 🧾', rate: 55_000, amount: order.taxTotal }],
      { shipping_method_id: 7, code: 'standard', name: 'Größe “L” 📦' },
      490,
    ]);
    expect(order.orderTotal).toBe(order.itemsTotal + 490 + order.taxTotal);
  });

  it('keeps the texts that the release before took as addresses', async () => {
    const { orderId } = await insert(1);
    // Text of a customer, which is not to be taken for JSON.
    const text = '{"name":"Main Street 1\nSpringfield';
    await database.execute('UPDATE orders SET shipping_address = ? WHERE order_id = ?', [text, orderId]);
    const order = await orders.getById(orderId);
    expect(order.shippingAddress).toBe(text);
    Object.assign(order, { carrier: 'DHL', version: 2 });
    await database.transaction((tx) => orders.update(tx, order, 1));
    expect((await orders.getById(orderId)).shippingAddress).toBe(text);
  });

  it('gives lines the right ids when many orders are stored at once', async () => {
    const stored = await Promise.all(Array.from({ length: 12 }, () => insert(7)));
    for (const order of stored) {
      expect((await orders.getById(order.orderId)).lines).toEqual(order.lines);
    }
  });

  it('does not find another customer’s order or a hidden one', async () => {
    const order = await insert(1, 5);
    expect(await orders.findById(order.orderId, { user_id: 6 })).toBeNull();
    await expect(orders.getById(order.orderId, { user_id: 6 })).rejects.toMatchObject({ code: 'not-found' });
    Object.assign(order, { hiddenAt: NOW, version: 2 });
    expect(await database.transaction((tx) => orders.update(tx, order, 1))).toBe(true);
    expect(await orders.findById(order.orderId, { user_id: 5 })).toBeNull();
  });

  it('lets one of many writers of the same version succeed', async () => {
    const order = await insert(1);
    const write = (carrier: string) =>
      database.transaction((tx) => orders.update(tx, Object.assign(order, { carrier, version: 2 }), 1));
    const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map(write));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  it('rolls an order back as a whole', async () => {
    const before = await database.query('SELECT COUNT(*) AS n FROM order_items');
    const failing = database.transaction(async (tx) => {
      await orders.insert(tx, draft(2, 1), () => undefined);
      throw new Error('the last statement fails');
    });
    await expect(failing).rejects.toThrow('the last statement fails');
    expect(await database.query('SELECT COUNT(*) AS n FROM order_items')).toEqual(before);
  });

  it('finds unpaid orders by age, oldest first, at most `limit`', async () => {
    const [first, second] = [await insert(1), await insert(1)];
    const old = (id: number, hours: number) =>
      database.execute('UPDATE orders SET created_at = ? WHERE order_id = ?', [
        new Date(NOW.getTime() - hours * 3_600_000),
        id,
      ]);
    await old(first.orderId, 30);
    await old(second.orderId, 40);
    expect(await orders.findUnpaidIds(new Date(NOW.getTime() - 24 * 3_600_000), 10)).toEqual([
      second.orderId,
      first.orderId,
    ]);
    expect(await orders.findUnpaidIds(NOW, 1)).toEqual([second.orderId]);
  });

  it('finds unpaid orders of unverified customers between two moments, oldest first, at most `limit`', async () => {
    const HOUR = 3_600_000;
    const ago = (hours: number) => new Date(NOW.getTime() - hours * HOUR);
    const placed = async (hours: number, verified: 0 | 1 | null, status = 'pending') => {
      const { orderId } = await insert(1);
      const sql = 'UPDATE orders SET created_at = ?, customer_email_verified = ?, status = ? WHERE order_id = ?';
      await database.execute(sql, [ago(hours), verified, status, orderId]);
      return orderId;
    };
    const [young, old] = [await placed(102, 0), await placed(103, 0)];
    for (const [hours, verified] of [
      [100, 0],
      [102, 1],
      [102, null],
      [110, 0],
    ] as const) {
      await placed(hours, verified);
    }
    await placed(102, 0, 'paid');
    expect(await orders.findUnverifiedIds(ago(104), ago(101), 10)).toEqual([old, young]);
    expect(await orders.findUnverifiedIds(ago(104), ago(101), 1)).toEqual([old]);
  });

  it('erases a customer in bounded batches', async () => {
    for (let i = 0; i < 3; i += 1) await insert(1, 42);
    expect(await orders.eraseCustomer(42, NOW, 2)).toBe(2);
    expect(await orders.eraseCustomer(42, NOW, 2)).toBe(1);
    expect(await orders.eraseCustomer(42, NOW, 2)).toBe(0);
    const rows = await database.query<{ customer_email: string; customer_name: unknown }>(
      'SELECT customer_email, customer_name FROM orders WHERE user_id = 42',
    );
    expect(rows).toEqual(Array(3).fill({ customer_email: '', customer_name: null }));
  });

  it('stores exactly one outcome of a ref, also in a race', async () => {
    for (let n = 0; n < 100; n += 1) {
      const name = ref(900_000 + n);
      const place = database.transaction((tx) => refs.claimPlaced(tx, name, 1, NOW));
      const [placed, outcome] = await Promise.all([place, refs.settle(name, NOW)]);
      expect(outcome).toBe(placed ? 'placed' : 'abandoned');
    }
  });
});

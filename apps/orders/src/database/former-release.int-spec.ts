import { Database, openDataSource } from '@app/database';
import { describeOnEachDatabase, enforcesChecks } from '../../../../test/support/databases.js';
import { newOrder } from '../checkout/new-order.js';
import type { OrderStatus } from '../orders/order-status.js';
import { OrdersRepository } from '../orders/orders.repository.js';
import { quote } from '../pricing/quote.js';
import { ordersDatabase } from './data-source.js';
import { KeepQuotes20261202000010 } from './migrations/20261202000010-keep-quotes.js';
import { SplitOrderTotals20261130000011 } from './migrations/20261130000011-split-order-totals.js';

const NOW = new Date('2026-11-30T12:00:00.123Z');
const ref = (n: number) => `7c9e6679-7425-40de-944b-${String(n).padStart(12, '0')}`;

describeOnEachDatabase('the tables of orders, beside release 0.1', (databaseUrl) => {
  let database: Database;
  let orders: OrdersRepository;
  let count = 0;
  beforeAll(async () => {
    database = new Database(await openDataSource(ordersDatabase({ url: databaseUrl(), poolSize: 4 })));
    orders = new OrdersRepository(database);
  }, 30_000);
  afterAll(() => database?.close());

  const line = async (orderId: number, product: number, quantity: number, price: number) =>
    database.execute(
      'INSERT INTO order_items (order_id, product_id, sku, name, quantity, price_at_order, line_total) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [orderId, product, 'S', 'Mug', quantity, price, quantity * price],
    );
  const enter = (orderId: number, status: string) =>
    database.execute('INSERT INTO order_history (order_id, status, changed_at, changed_by) VALUES (?, ?, ?, 1)', [
      orderId,
      status,
      NOW,
    ]);
  /** Places an order with the statements of that release. */
  const placed = async (): Promise<number> => {
    const { insertId } = await database.execute(
      `INSERT INTO orders (order_ref, user_id, customer_email, customer_name, customer_email_verified, status, order_total,
         currency, shipping_address, carrier, tracking_number, cancel_reason, hidden_at, created_at, updated_at, version)
       VALUES (?, 1, 'ada@example.com', 'Ada', 1, 'pending', 750, 'USD', '1 Main Street', NULL, NULL, NULL, NULL, ?, ?, 1)`,
      [ref((count += 1)), NOW, NOW],
    );
    await line(insertId, 1, 2, 250);
    await line(insertId, 2, 1, 250);
    await enter(insertId, 'pending');
    return insertId;
  };
  /** Takes a step with the statements of that release. */
  const step = async (orderId: number, status: OrderStatus): Promise<void> => {
    await database.execute(
      `UPDATE orders SET status = ?, shipping_address = ?, carrier = ?, tracking_number = ?, cancel_reason = ?,
         hidden_at = ?, updated_at = ?, version = version + 1 WHERE order_id = ?`,
      [status, '1 Main Street', null, null, null, null, NOW, orderId],
    );
    await enter(orderId, status);
  };
  const shown = async (orderId: number) => {
    const order = await orders.getById(orderId);
    const { status, paymentStatus, fulfilmentStatus, amountPaid, amountDue, deliveredAt, lines } = order;
    const pieces = lines.map((each) => each.pieces);
    return [status, paymentStatus, fulfilmentStatus, amountPaid, amountDue, deliveredAt, ...pieces];
  };

  it.each<[OrderStatus[], unknown[]]>([
    [[], ['pending', 'unpaid', 'unfulfilled', 0, 750, null, '0 0 0 0', '0 0 0 0']],
    [['paid'], ['paid', 'paid', 'unfulfilled', 750, 0, null, '0 0 0 0', '0 0 0 0']],
    [
      ['paid', 'shipped'],
      ['shipped', 'paid', 'shipped', 750, 0, null, '0 2 0 0', '0 1 0 0'],
    ],
    [
      ['paid', 'shipped', 'completed'],
      ['completed', 'paid', 'delivered', 750, 0, NOW, '0 2 0 0', '0 1 0 0'],
    ],
    [['cancelled'], ['cancelled', 'unpaid', 'unfulfilled', 0, 0, null, '0 0 2 0', '0 0 1 0']],
    [
      ['paid', 'cancelled'],
      ['cancelled', 'paid', 'unfulfilled', 750, 0, null, '0 0 2 0', '0 0 1 0'],
    ],
  ])('show what it did: %j', async (steps, expected) => {
    const orderId = await placed();
    for (const status of steps) await step(orderId, status);
    const later = new Date(NOW.getTime() + 3_600_000);
    await database.execute('UPDATE orders SET updated_at = ? WHERE order_id = ?', [later, orderId]);
    expect(await shown(orderId)).toEqual(expected);
    expect(await orders.getById(orderId)).toMatchObject({
      ...{ itemsTotal: 750, orderTotal: 750, discountTotal: 0, taxLines: [], shippingMethod: null },
    });
  });

  it('show its step after ours, and store both', async () => {
    const orderId = await placed();
    const order = await orders.getById(orderId);
    Object.assign(order, { status: 'paid', paymentStatus: 'paid', amountPaid: 750, version: 2 });
    expect(await database.transaction((tx) => orders.update(tx, order, 1))).toBe(true);
    await step(orderId, 'shipped');
    const shipped = ['shipped', 'paid', 'shipped', 750, 0, null, '0 2 0 0', '0 1 0 0'];
    expect(await shown(orderId)).toEqual(shipped);
    const adopted = await orders.getById(orderId);
    Object.assign(adopted, { carrier: 'DHL', version: 4 });
    expect(await database.transaction((tx) => orders.update(tx, adopted, 3))).toBe(true);
    expect(await shown(orderId)).toEqual(shipped);
    const [row] = await database.query<object>(
      'SELECT status, payment_status, fulfilment_status, items_total, amount_paid FROM orders WHERE order_id = ?',
      [orderId],
    );
    expect(row).toMatchObject({ payment_status: 'paid', fulfilment_status: 'shipped' });
  });

  it('are its own again after a step back, and ours after another one forward, with all data', async () => {
    const mug = {
      product_id: 1,
      sku: 'S',
      name: 'Mug',
      quantity: 2,
      price: 250,
      weight_grams: null,
      tax_category: 'standard',
    };
    const order = newOrder({
      order_ref: ref((count += 1)),
      customer: { user_id: 2, email: 'bob@example.com', full_name: 'Bob' },
      quote: quote({ lines: [mug], place: null, methods: [], rules: [], pricesIncludeTax: false, at: NOW }),
      currency: 'USD',
      details: {},
      by: 2,
      at: NOW,
    });
    await database.transaction((tx) => orders.insert(tx, order, () => undefined));
    const columns = async () => {
      const [row] = await database.query<object>('SELECT * FROM orders WHERE order_id = ?', [order.orderId]);
      return Object.keys(row ?? {});
    };
    const before = await columns();
    const runner = database.dataSource.createQueryRunner();
    const migrations = [new SplitOrderTotals20261130000011(), new KeepQuotes20261202000010()];
    await runner.beforeMigration();
    for (const migration of migrations.toReversed()) await migration.down(runner);
    expect(await columns()).not.toContain('items_total');
    for (const migration of migrations) await migration.up(runner);
    await runner.afterMigration();
    await runner.release();
    expect((await columns()).sort()).toEqual(before.sort());
    expect(await orders.getById(order.orderId)).toMatchObject({ itemsTotal: 500, lines: [{ lineTotal: 500 }] });
  });

  describe('refuse', () => {
    it.each([
      ['a negative amount', 'UPDATE orders SET shipping_total = -1, order_total = order_total - 1'],
      ['a total that is not the sum of its parts', 'UPDATE orders SET order_total = order_total + 1'],
      ['tax that is added and not in the total', 'UPDATE orders SET tax_total = 5'],
      ['more refunded than paid', 'UPDATE orders SET amount_refunded = amount_paid + 1'],
      ['a line that does not cost its pieces', 'UPDATE order_items SET line_total = line_total + 1'],
      ['a discount below zero', 'UPDATE order_items SET discount_total = -1, line_total = line_total + 1'],
      ['a discount above the price', 'UPDATE order_items SET discount_total = 501, line_total = -1'],
      ['more pieces than ordered', 'UPDATE order_items SET quantity_shipped = quantity, quantity_cancelled = 1'],
      ['more pieces back than sent', 'UPDATE order_items SET quantity_shipped = 1, quantity_returned = 2'],
      ['a negative number of pieces', 'UPDATE order_items SET quantity_cancelled = -1'],
    ])('%s', async (_, sql) => {
      if (!(await enforcesChecks(databaseUrl()))) return;
      const [order] = await database.query<{ order_id: number }>('SELECT order_id FROM orders WHERE user_id = 2');
      await database.execute('UPDATE orders SET items_total = order_total WHERE order_id = ?', [order?.order_id]);
      const write = database.execute(`${sql} WHERE order_id = ?`, [order?.order_id]);
      await expect(write).rejects.toThrow(/check|constraint/i);
    });

    it('nothing of an order with discount, shipping and tax, added or included', async () => {
      const write = (included: number, total: number) =>
        database.execute(
          `UPDATE orders SET discount_total = 50, shipping_total = 20, tax_total = 80, prices_include_tax = ?, order_total = ?
           WHERE user_id = 2`,
          [included, total],
        );
      expect(await write(0, 550)).toMatchObject({ affected: 1 });
      expect(await write(1, 470)).toMatchObject({ affected: 1 });
    });
  });
});

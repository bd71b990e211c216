import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { eventually } from '../../../../test/support/eventually.js';
import { OrdersService, type TestUser } from '../../../../test/support/orders-service.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const BOB: TestUser = { user_id: 2, role: 'customer' };
const EVE: TestUser = { user_id: 3, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };

describeOnEachDatabase('unpaid orders of one customer', (databaseUrl) => {
  let orders: OrdersService;

  beforeAll(async () => {
    orders = await OrdersService.start(databaseUrl(), { MAX_UNPAID_PIECES: '10' });
    for (const { user_id } of [ADA, BOB, EVE, STAFF]) orders.neighbours.users.add(user_id);
    for (const product of [10, 20]) orders.neighbours.prices.set(product, '19.90');
  }, 30_000);
  afterAll(() => orders?.stop());

  const place = (who: TestUser, pieces: number[], more: object = {}) => {
    const items = pieces.map((quantity, n) => ({ product_id: 10 * (n + 1), quantity }));
    return orders.call<Record<string, unknown>>(who, 'POST', '/orders', { body: { items, ...more } });
  };

  it('hold at most the allowed pieces together, until one is paid or cancelled', async () => {
    const reserved = () => orders.neighbours.reserved.length;
    const alone = await place(ADA, [6, 5]);
    expect([alone.status, alone.body['code'], reserved()]).toEqual([409, 'unpaid-limit', 0]);
    expect(String(alone.body['detail'])).toContain('order less');
    const [first, second] = [await place(ADA, [4, 2]), await place(ADA, [4])];
    expect([first.status, second.status]).toEqual([201, 201]);
    const refused = await place(ADA, [1]);
    expect(refused.body).toMatchObject({
      code: 'unpaid-limit',
      unpaid_pieces: 10,
      requested_pieces: 1,
      max_unpaid_pieces: 10,
    });
    expect(reserved()).toBe(2);
    // Other customers are not affected.
    expect((await place(BOB, [10])).status).toBe(201);

    await orders.call(STAFF, 'PUT', `/orders/${String(first.body['order_id'])}`, { body: { status: 'paid' } });
    expect([(await place(ADA, [7])).status, (await place(ADA, [6])).status]).toEqual([409, 201]);
    await orders.call(ADA, 'PUT', `/orders/${String(second.body['order_id'])}`, { body: { status: 'cancelled' } });
    expect([(await place(ADA, [5])).status, (await place(ADA, [4])).status]).toEqual([409, 201]);
  });

  it('hold no more with twelve concurrent orders, and the refused ones release their stock', async () => {
    const { reserved, released } = orders.neighbours;
    const before = reserved.length;
    // Every order has passed `check` before one is stored.
    const all = Promise.withResolvers<void>();
    orders.neighbours.beforeAnswer = () => {
      if (reserved.length === before + 12) all.resolve();
      return all.promise;
    };
    const answers = await Promise.all(Array.from({ length: 12 }, () => place(EVE, [2, 1])));
    const placed = answers.filter(({ status }) => status === 201).map(({ body }) => body['order_ref']);
    expect(placed).toHaveLength(3);
    expect(answers.filter(({ body }) => body['code'] === 'unpaid-limit')).toHaveLength(9);
    const refused = reserved.slice(before).flatMap(({ order_ref: ref }) => (placed.includes(ref) ? [] : ref));
    await eventually(() => expect([...released].sort()).toEqual([...refused].sort()));
  });

  it('are not limited for staff who order for a customer', async () => {
    expect((await place(STAFF, [11], { user_id: BOB.user_id })).status).toBe(201);
  });
});

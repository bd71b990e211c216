import { Database, openDataSource } from '@app/database';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { ordersDatabase } from './data-source.js';
import { EraseWhatErasedCustomersWrote20261129000011 } from './migrations/20261129000011-erase-what-erased-customers-wrote.js';

describeOnEachDatabase('orders of people whom an earlier release erased', (databaseUrl) => {
  let database: Database;
  beforeAll(async () => {
    database = new Database(await openDataSource(ordersDatabase({ url: databaseUrl(), poolSize: 2 })));
  }, 30_000);
  afterAll(() => database?.close());

  /** Stores a row as that release left it; an erased customer has no e-mail address. */
  const stored = async (customerEmail: string, status: string): Promise<number> => {
    const now = new Date();
    const { insertId } = await database.execute(
      `INSERT INTO orders (order_ref, user_id, customer_email, status, order_total, currency, cancel_reason, tracking_number,
         created_at, updated_at, version) VALUES ('ref', 1, ?, ?, 100, 'USD', 'I am ill.', 'T-1', ?, ?, 1)`,
      [customerEmail, status, now, now],
    );
    return insertId;
  };
  const left = async (orderId: number) => {
    const sql = 'SELECT cancel_reason, tracking_number FROM orders WHERE order_id = ?';
    const [row] = await database.query<{ cancel_reason: string | null; tracking_number: string | null }>(sql, [
      orderId,
    ]);
    return [row?.cancel_reason, row?.tracking_number];
  };

  it('lose the cancel reason, and the tracking number once the order has arrived; other orders keep both', async () => {
    const [completed, cancelled] = [await stored('', 'completed'), await stored('', 'cancelled')];
    const [onItsWay, others] = [await stored('', 'shipped'), await stored('ann@example.com', 'completed')];
    const runner = database.dataSource.createQueryRunner();
    await new EraseWhatErasedCustomersWrote20261129000011().up(runner).finally(() => runner.release());
    expect([await left(completed), await left(cancelled)]).toEqual([
      [null, null],
      [null, null],
    ]);
    expect([await left(onItsWay), await left(others)]).toEqual([
      [null, 'T-1'],
      ['I am ill.', 'T-1'],
    ]);
  });
});

import { randomUUID } from 'node:crypto';
import { Database, openDataSource } from '@app/database';
import type { QueryRunner } from 'typeorm';
import { describeOnEachDatabase, enforcesChecks } from '../../../../test/support/databases.js';
import { productsDatabase } from './data-source.js';
import { ConsumeByPart20261202000017 } from './migrations/20261202000017-consume-by-part.js';

const NOW = new Date('2026-12-02T12:00:00.123Z');

describeOnEachDatabase('reservations of the release before', (databaseUrl) => {
  let database: Database;
  beforeAll(async () => {
    database = new Database(await openDataSource(productsDatabase({ url: databaseUrl(), poolSize: 2 })));
  }, 30_000);
  afterAll(() => database?.close());

  /** Reserves with the statements of that release. */
  const reserved = async (status: string): Promise<string> => {
    const ref = randomUUID();
    await database.execute(
      'INSERT INTO reservations (order_ref, status, expires_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?)',
      [ref, status, NOW, NOW, NOW],
    );
    for (const [product, quantity] of [
      [1, 3],
      [2, 5],
    ]) {
      await database.execute(
        `INSERT INTO reservation_items (order_ref, product_id, quantity, sku, name, price, weight_grams, tax_category)
         VALUES (?, ?, ?, 'S', 'Mug', 250, NULL, 'standard')`,
        [ref, product, quantity],
      );
    }
    return ref;
  };
  const taken = async (ref: string) => {
    const sql =
      'SELECT quantity_consumed AS c, quantity_released AS r FROM reservation_items WHERE order_ref = ? ORDER BY product_id';
    return (await database.query<{ c: number; r: number }>(sql, [ref])).map(({ c, r }) => [c, r]);
  };
  const migrate = async (work: (migration: ConsumeByPart20261202000017, runner: QueryRunner) => Promise<void>) => {
    const runner = database.dataSource.createQueryRunner();
    await work(new ConsumeByPart20261202000017(), runner).finally(() => runner.release());
  };

  it('read as consumed or released as a whole once they have ended, and hold all while they live', async () => {
    await migrate((migration, runner) => migration.down(runner));
    const refs = await Promise.all(['held', 'confirmed', 'consumed', 'released'].map(reserved));
    await migrate((migration, runner) => migration.up(runner));
    const none = [
      [0, 0],
      [0, 0],
    ];
    expect(await Promise.all(refs.map(taken))).toEqual([
      none,
      none,
      [
        [3, 0],
        [5, 0],
      ],
      [
        [0, 3],
        [0, 5],
      ],
    ]);
    expect(await taken(await reserved('held'))).toEqual(none);
  }, 60_000);

  it.each([
    'quantity_consumed = 4',
    'quantity_released = 4',
    'quantity_consumed = 2, quantity_released = 2',
    'quantity_consumed = -1',
    'quantity_released = -1',
  ])('never take more than they hold, nor less than nothing: %s', async (set) => {
    if (!(await enforcesChecks(databaseUrl()))) return;
    const ref = await reserved('confirmed');
    const sql = `UPDATE reservation_items SET ${set} WHERE order_ref = ? AND product_id = 1`;
    await expect(database.execute(sql, [ref])).rejects.toThrow();
  });

  it('move the stock of a product once for each part, and without a part as often as they like', async () => {
    const move = (product: number, part: string | null) =>
      database.execute(
        "INSERT INTO inventory_movements (product_id, stock_delta, reserved_delta, reason, part_ref, moved_at) VALUES (?, 1, 0, 'x', ?, ?)",
        [product, part, NOW],
      );
    const part = randomUUID();
    await Promise.all([move(1, part), move(2, part), move(1, null), move(1, null)]);
    await expect(move(1, part)).rejects.toThrow();
  });
});

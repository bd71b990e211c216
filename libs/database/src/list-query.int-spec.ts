import type { ListRequest, Page } from '@app/kernel';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { Database } from './database.js';
import { isTimedOut } from './driver-errors.js';
import { ListQuery } from './list-query.js';
import { openDataSource } from './open.js';

interface Item {
  id: number;
  price: number;
}

class CreateItems20261122000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const time = runner.dataSource.options.type === 'mysql' ? 'datetime(3)' : 'datetime';
    await runner.query(
      `CREATE TABLE items (id integer PRIMARY KEY, price integer NOT NULL, name varchar(20) NOT NULL, created_at ${time} NOT NULL)`,
    );
  }
  async down(): Promise<void> {}
}

describeOnEachDatabase('ListQuery', (databaseUrl, kind) => {
  let database: Database;
  const items = () =>
    ListQuery.from<Item>('items i', 'i.id, i.price').sortable(
      { price: 'i.price', created_at: 'i.created_at', name: 'i.name', id: 'i.id' },
      'i.id',
    );
  const request = (field: string, more: Partial<ListRequest> = {}): ListRequest => ({
    page_size: 7,
    with_total: false,
    sort: { field, descending: false },
    ...more,
  });

  beforeAll(async () => {
    database = new Database(
      await openDataSource({
        url: databaseUrl(),
        defaultDatabase: 'unused',
        entities: [],
        migrations: [CreateItems20261122000101],
        poolSize: 2,
      }),
    );
    const start = Date.parse('2026-11-22T10:00:00.000Z');
    const rows = Array.from({ length: 1_200 }, (_, i) => [
      i + 1,
      (i * 7) % 20,
      `n${(i * 3) % 11}`,
      new Date(start + ((i * 13) % 40) * 250),
    ]);
    await database.execute(`INSERT INTO items VALUES ${rows.map(() => '(?, ?, ?, ?)').join(', ')}`, rows.flat());
  });
  afterAll(() => database?.close());

  const walk = async (first: ListRequest) => {
    const seen: Item[] = [];
    let page: Page<Item> = await items().where('i.id <= ?', 100).page(database, first);
    seen.push(...page.items);
    while (page.next) {
      page = await items()
        .where('i.id <= ?', 100)
        .page(database, { ...first, cursor: page.next });
      seen.push(...page.items);
    }
    return seen.map(({ id }) => id);
  };

  for (const field of ['price', 'created_at', 'name', 'id']) {
    for (const descending of [false, true]) {
      it(`visits every row once by cursor, sorted by ${descending ? '-' : ''}${field}`, async () => {
        const sort = { field, descending };
        const all = await items()
          .where('i.id <= ?', 100)
          .page(database, request(field, { sort, page_size: 100 }));
        expect(all).toMatchObject({ next: null, total: null });
        expect(await walk(request(field, { sort }))).toEqual(all.items.map(({ id }) => id));
        expect(new Set(all.items.map(({ id }) => id)).size).toBe(100);
      });
    }
  }

  it('returns pages by offset with only the selected columns', async () => {
    const page = await items().page(database, request('id', { page: 3, page_size: 2 }));
    expect(page.items).toEqual([
      { id: 5, price: 8 },
      { id: 6, price: 15 },
    ]);
    expect(page.next).toEqual([6, 6]);
    expect(await items().page(database, request('id', { page: 1_000 }))).toMatchObject({ items: [], next: null });
  });

  it('counts exactly up to 1,000 rows and estimates above', async () => {
    const counted = (limit: number) =>
      items()
        .where('i.id <= ?', limit)
        .page(database, request('id', { with_total: true }));
    expect(await counted(0)).toMatchObject({ items: [], total: 0, total_is_exact: true });
    expect(await counted(1_000)).toMatchObject({ total: 1_000, total_is_exact: true });
    const above = await counted(1_200);
    expect(above.total_is_exact).toBe(false);
    expect(above.total).toBeGreaterThan(1_000);
    // The optimizer's estimate on a server; the embedded database has none.
    if (database.dialect === 'mysql') expect(above.total).not.toBe(1_001);
  });

  it('rejects a forged cursor', async () => {
    const forged = (cursor: (string | number)[]) => items().page(database, request('created_at', { cursor }));
    for (const cursor of [[], [1], [1, 2, 3]])
      await expect(forged(cursor)).rejects.toMatchObject({
        code: 'validation-failed',
        errors: [{ pointer: '?cursor' }],
      });
    for (const cursor of [
      ['no time', 1],
      ['2026-11-22 10:00:00.000', "1' OR 1"],
    ] as (string | number)[][]) {
      const outcome = await forged(cursor).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'validation-failed' });
    }
  });

  it('refuses a sort field it does not list', async () => {
    await expect(items().page(database, request('password'))).rejects.toThrow('not one of');
  });

  it('knows its total without counting when the page shows the end of the list', async () => {
    const counted = jest.fn(() => Promise.resolve({ total: 99, exact: true }));
    const total = async (limit: number, more: Partial<ListRequest>) =>
      (
        await items()
          .where('i.id <= ?', limit)
          .page(database, request('id', { with_total: true, ...more }), counted)
      ).total;
    expect(await Promise.all([total(0, {}), total(7, {}), total(9, { page: 2 })])).toEqual([0, 7, 9]);
    expect(counted).not.toHaveBeenCalled();
    expect(await Promise.all([total(8, {}), total(7, { page: 2 }), total(9, { cursor: [7, 7] })])).toEqual([
      99, 99, 99,
    ]);
  });

  it('is stopped by the server when it exceeds its time limit, and its total is estimated', async () => {
    if (kind === 'embedded') return;
    const slowly = (sql: string) => items().where(sql).within(100);
    const endless = slowly('SLEEP(0.02) = 0').page(database, request('id'));
    await expect(endless.catch((error: unknown) => isTimedOut(error))).resolves.toBe(true);
    const page = await slowly('i.id < 8 OR SLEEP(0.02) = 0').page(
      database,
      request('id', { page_size: 6, with_total: true }),
    );
    expect([page.items.length, page.total, page.total_is_exact]).toEqual([6, 1_001, false]);
    const quick = await items()
      .within(250)
      .page(database, request('id', { with_total: true }));
    expect(quick.total).toBeGreaterThan(1_000);
  });
});

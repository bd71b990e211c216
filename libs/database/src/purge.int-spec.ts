import { Counter, CreateCounters20261122000101 } from '../../../test/support/counters.js';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { Database } from './database.js';
import { openDataSource } from './open.js';
import { Purge } from './purge.js';

const NOW = new Date('2026-11-22T12:00:00.000Z');
const DAY_MS = 86_400_000;

describeOnEachDatabase('Purge', (databaseUrl) => {
  let database: Database;
  beforeAll(async () => {
    const entities = [Counter];
    const options = { url: databaseUrl(), defaultDatabase: 'unused', entities, poolSize: 2 };
    database = new Database(await openDataSource({ ...options, migrations: [CreateCounters20261122000101] }));
  });
  afterAll(() => database?.close());

  it('deletes old rows in batches, and no others', async () => {
    const rows = Array.from({ length: 1_203 }, (_, n) => ({
      id: n + 1,
      amount: n,
      label: `row ${n}`,
      seenAt: n < 3 ? null : new Date(NOW.getTime() - (n < 5 ? 1 : 2) * DAY_MS),
    }));
    await database.insert(Counter, rows);
    expect(await new Purge(database, 'counters', 'seen_at', 1.5 * DAY_MS).run(NOW)).toBe(1_198);
    expect(await database.query('SELECT id FROM counters ORDER BY id')).toEqual([1, 2, 3, 4, 5].map((id) => ({ id })));
  });
});

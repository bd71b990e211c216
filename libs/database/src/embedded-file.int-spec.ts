import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Counter, CreateCounters20261122000101 } from '../../../test/support/counters.js';
import { Database } from './database.js';
import { openDataSource } from './open.js';

const SECRET = 'a-token-that-was-used-and-deleted';

describe('the file of the embedded database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-'));
  let files = 0;
  const newFile = () => join(folder, `data-${++files}`, 'test.db');
  const open = async (file: string) =>
    new Database(
      await openDataSource({
        url: `file:${file}`,
        defaultDatabase: 'unused',
        entities: [Counter],
        migrations: [CreateCounters20261122000101],
        poolSize: 1,
      }),
    );
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
  const insert = (database: Database, label: string) =>
    database.execute('INSERT INTO counters (amount, label) VALUES (1, ?)', [label]);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is readable by its owner alone, like the files next to it and the folder created for it', async () => {
    const file = newFile();
    const database = await open(file);
    await insert(database, 'one');
    expect([join(file, '..'), file, `${file}-wal`, `${file}-shm`].map(modeOf)).toEqual(['700', '600', '600', '600']);
    await database.close();
  });

  it('becomes readable by its owner alone at the next start if an earlier release let everybody read it', async () => {
    const file = newFile();
    await (await open(file)).close();
    chmodSync(file, 0o644);
    await (await open(file)).close();
    expect(modeOf(file)).toBe('600');
  });

  it('contains all data after a clean stop, and nothing that was deleted', async () => {
    const file = newFile();
    const database = await open(file);
    for (let index = 0; index < 50; index++) await insert(database, `${SECRET}-${index}`);
    await insert(database, 'kept');
    await database.execute("DELETE FROM counters WHERE label <> 'kept'");
    await database.close();
    expect(statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
    expect(readFileSync(file).includes(SECRET)).toBe(false);
    expect(readFileSync(file).includes('kept')).toBe(true);
  });

  it('fails the start with one sentence if any part of it is damaged', async () => {
    const [whole, page, table] = [newFile(), newFile(), newFile()];
    for (const file of [whole, page, table]) {
      const database = await open(file);
      for (let index = 0; index < 500; index++) await insert(database, `label ${index}`);
      await database.close();
    }
    writeFileSync(whole, 'this is no database at all, whatever it was before');
    const bytes = readFileSync(page);
    bytes.fill(0x5a, 100, 8_192);
    writeFileSync(page, bytes);
    // Damages all but the schema, which is all that opening reads: the migrations find the damage.
    writeFileSync(table, readFileSync(table).fill(0x5a, 4_096));
    for (const file of [whole, page, table]) {
      await expect(open(file)).rejects.toMatchObject({
        name: 'StartFailure',
        message: expect.stringContaining(
          `The database file ${file} is damaged: bring back a copy of it, or move its whole folder away`,
        ) as string,
      });
    }
  });

  it('reports writes as service-unavailable while it cannot grow, still serves reads, and recovers with free space', async () => {
    const database = await open(newFile());
    const [{ page_count: pages = 0 } = {}] = await database.query<{ page_count: number }>('PRAGMA page_count');
    await database.query(`PRAGMA max_page_count = ${pages + 1}`);
    const text = 'x'.repeat(50);
    const fill = async () => {
      for (let index = 0; index < 1_000; index++) await insert(database, `${index}${text}`.slice(0, 50));
    };
    const full = { code: 'service-unavailable', retryAfter: 1 };
    await expect(fill()).rejects.toMatchObject(full);
    await expect(
      database.transaction((tx) =>
        database
          .repository(Counter, tx)
          .insert(
            Array.from({ length: 500 }, (_, index) => ({ id: 5_000 + index, amount: 1, label: `label ${index}` })),
          ),
      ),
    ).rejects.toMatchObject(full);
    expect(await database.query('SELECT COUNT(*) AS n FROM counters')).toHaveLength(1);
    await database.query('PRAGMA max_page_count = 1000000');
    await insert(database, 'room');
    await database.close();
  });
});

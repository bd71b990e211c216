import type { PoolConnection } from 'mysql2';
import type { DataSource } from 'typeorm';
import { afterCommit, currentTransactionScope } from '@app/kernel';
import { CountStarts20261122000102, Counter, CreateCounters20261122000101 } from '../../../test/support/counters.js';
import { describeOnEachDatabase } from '../../../test/support/databases.js';
import { eventually } from '../../../test/support/eventually.js';
import { Database } from './database.js';
import { openDataSource } from './open.js';

describeOnEachDatabase('Database', (databaseUrl, kind) => {
  let database: Database;

  beforeAll(async () => {
    const dataSource = await openDataSource({
      url: databaseUrl(),
      defaultDatabase: 'unused',
      entities: [Counter],
      migrations: [CreateCounters20261122000101],
      poolSize: 8,
    });
    database = new Database(dataSource);
  });
  afterAll(() => database?.close());
  beforeEach(async () => {
    await database.execute('DELETE FROM counters');
    await database.execute("INSERT INTO counters (id, amount, label) VALUES (1, 0, 'one'), (2, 0, 'two')");
  });

  const amount = async (id = 1) =>
    Number((await database.query<{ amount: number }>('SELECT amount FROM counters WHERE id = ?', [id]))[0]?.amount);
  const forUpdate = kind === 'mysql' ? ' FOR UPDATE' : '';

  it('isolates 300 concurrent read-modify-writes, some of which fail', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, (_, i) =>
        database.transaction(async (tx) => {
          const [row] = await database.query<{ amount: number }>(
            `SELECT amount FROM counters WHERE id = 1${forUpdate}`,
            [],
            tx,
          );
          await database.execute('UPDATE counters SET amount = ? WHERE id = 1', [Number(row?.amount) + 1], tx);
          if (i % 3 === 0) throw new Error('planned');
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(200);
    expect(await amount()).toBe(200);
  });

  it('retries a single statement that the server chose as the victim of a deadlock', async () => {
    // An insert that waits for a deleted row gets a shared lock on it, and then needs an exclusive one: two of them
    // deadlock.
    let go = (): void => undefined;
    const deleted = new Promise<void>((resolve) => {
      const gate = new Promise<void>((open) => (go = open));
      void database.transaction(async (tx) => {
        await database.execute('DELETE FROM counters WHERE id = 1', [], tx);
        resolve();
        await gate;
      });
    });
    await deleted;
    const inserts = Array.from({ length: 4 }, (_, n) =>
      database.execute('INSERT INTO counters (id, amount, label) VALUES (1, ?, ?)', [n, `label ${n}`]),
    );
    const outcomes = Promise.allSettled(inserts);
    if (kind === 'mysql') {
      const waiting =
        "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'INSERT INTO counters%'";
      await eventually(async () =>
        expect(Number((await database.query<{ n: number }>(waiting))[0]?.n)).toBeGreaterThanOrEqual(4),
      );
    }
    go();
    const refused = (await outcomes).flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused.map((reason) => database.isDuplicate(reason))).toEqual([true, true, true]);
  });

  it('runs plain queries and repositories between transactions, never inside one', async () => {
    const inside = database.transaction(async (tx) => {
      await database.execute('UPDATE counters SET amount = 7 WHERE id = 1', [], tx);
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('planned');
    });
    const beside = database.repository(Counter).update({ id: 2 }, { amount: 5 });
    await expect(inside).rejects.toThrow('planned');
    await beside;
    expect([await amount(1), await amount(2)]).toEqual([0, 5]);
  });

  it('finds entities, and writes all their columns', async () => {
    const seenAt = new Date('2026-11-30T12:00:00.123Z');
    const missing = await database.findOne(Counter, 'WHERE id = ?', [999]);
    const [first, second] = await database.find(Counter, 'WHERE id <= ? ORDER BY id', [2]);
    if (!first || !second) throw new Error('There are two.');
    await database.transaction((tx) => database.replace(Counter, { ...first, amount: 9, label: 'nine', seenAt }, tx));
    const [written, other] = await database.find(Counter, 'ORDER BY id LIMIT 2');
    expect([missing, written, other]).toEqual([null, { ...first, amount: 9, label: 'nine', seenAt }, second]);
    expect(written).toBeInstanceOf(Counter);
  });

  it('commits entities and SQL together and rolls both back', async () => {
    const write = (fail: boolean) =>
      database.transaction(async (tx) => {
        await database.repository(Counter, tx).save({ id: 3, amount: 1, label: 'three', seenAt: null });
        await database.execute('UPDATE counters SET amount = amount + 1 WHERE id = 3', [], tx);
        if (fail) throw new Error('planned');
      });
    await expect(write(true)).rejects.toThrow('planned');
    expect(await database.query('SELECT id FROM counters WHERE id = 3')).toEqual([]);
    await write(false);
    expect(await amount(3)).toBe(2);
  });

  it('refuses a transaction that Database.transaction did not open', async () => {
    await expect(database.dataSource.transaction(() => Promise.resolve())).rejects.toThrow('Database.transaction');
    await expect(database.repository(Counter).save({ id: 9, amount: 1, label: 'nine' })).rejects.toThrow(
      'repository of its tx',
    );
  });

  it('refuses a nested transaction', async () => {
    await expect(database.transaction(() => database.transaction(() => Promise.resolve()))).rejects.toThrow(
      'pass the tx on',
    );
  });

  it('runs afterCommit work after the commit, outside the transaction, and never after a rollback', async () => {
    const seen: unknown[] = [];
    const note = () => seen.push(currentTransactionScope());
    await database.transaction(() => Promise.resolve(afterCommit(note)));
    await expect(
      database.transaction(() => {
        afterCommit(note);
        return Promise.reject(new Error('planned'));
      }),
    ).rejects.toThrow('planned');
    expect(seen).toEqual([undefined]);
  });

  it('returns the same shapes for SQL and entities', async () => {
    const at = new Date('2026-11-22T10:11:12.345Z');
    expect(
      await database.execute('INSERT INTO counters (amount, label, seen_at) VALUES (?, ?, ?)', [
        9_007_199_254_740_991,
        'ünï😀',
        at,
      ]),
    ).toEqual({ affected: 1, insertId: expect.any(Number) });
    expect(await database.execute('UPDATE counters SET amount = amount WHERE id <= ?', [2])).toMatchObject({
      affected: 2,
    });
    const [row] = await database.query<Record<string, unknown>>(
      'SELECT amount, label, seen_at FROM counters WHERE seen_at = ?',
      [at],
    );
    expect({ ...row, seen_at: database.date(row?.['seen_at']) }).toEqual({
      amount: 9_007_199_254_740_991,
      label: 'ünï😀',
      seen_at: at,
    });
    expect(await database.repository(Counter).findOneBy({ seenAt: at })).toMatchObject({
      amount: 9_007_199_254_740_991,
      seenAt: at,
    });
    const [counted] = await database.query<{ n: unknown }>('SELECT COUNT(*) AS n FROM counters');
    expect(counted?.n).toBe(3);
    expect(await database.query('SELECT id FROM counters ORDER BY id LIMIT ? OFFSET ?', [2, 1])).toHaveLength(2);
  });

  it('returns the first id of a multi-row insert', async () => {
    const { affected, insertId } = await database.execute(
      "INSERT INTO counters (amount, label) VALUES (1, 'x'), (2, 'y'), (3, 'z')",
    );
    expect(affected).toBe(3);
    expect(await amount(insertId)).toBe(1);
    expect(await database.execute('UPDATE counters SET amount = 5')).toEqual({ affected: 5, insertId: 0 });
  });

  it('rejects undefined parameters, naming them', async () => {
    await expect(database.query('SELECT ?', [undefined])).rejects.toThrow('SQL parameter 1 is undefined');
  });

  it('recognises a duplicate by its index or column, and removes the value from the error', async () => {
    const insert = (run: typeof database.execute) =>
      run.call(database, 'INSERT INTO counters (amount, label) VALUES (0, ?)', ['two']);
    const error: unknown = await insert(database.execute).catch((e: unknown) => e);
    expect(database.isDuplicate(error)).toBe(true);
    expect(database.isDuplicate(error, 'label')).toBe(true);
    expect(database.isDuplicate(error, 'two')).toBe(false);
    expect(database.isDuplicate(new Error('other'))).toBe(false);
    const viaEntity: unknown = await database
      .repository(Counter)
      .insert({ id: 5, amount: 0, label: 'two' })
      .catch((e: unknown) => e);
    expect(database.isDuplicate(viaEntity, 'label')).toBe(true);
    for (const text of [error, viaEntity].map((e) => `${String(e)} ${(e as Error).stack ?? ''} ${JSON.stringify(e)}`)) {
      expect(text).not.toContain("'two'");
      expect(text).not.toContain('"two"');
    }
  });

  if (kind === 'mysql') {
    it('reuses a connection within a minute, and never one that was idle for longer', async () => {
      const dataSource = await openDataSource({
        url: databaseUrl(),
        defaultDatabase: 'unused',
        entities: [],
        migrations: [],
        poolSize: 1,
      });
      const frozen = new Database(dataSource);
      const id = async () => (await frozen.query<{ id: number }>('SELECT CONNECTION_ID() AS id'))[0]?.id;
      const now = Date.now();
      const clock = jest.spyOn(Date, 'now');
      try {
        const first = await id();
        clock.mockReturnValue(now + 50_000);
        expect(await id()).toBe(first);
        clock.mockReturnValue(now + 50_000 + 61_000);
        expect(await id()).not.toBe(first);
      } finally {
        clock.mockRestore();
        await frozen.close();
      }
    });
  }

  if (kind === 'mysql') {
    it('reports the database as unavailable when a transaction loses its connection', async () => {
      const lost = database.transaction(async (tx) => {
        ((await tx.queryRunner?.connect()) as PoolConnection).destroy();
        await database.query('SELECT 1', [], tx);
      });
      await expect(lost).rejects.toMatchObject({ code: 'service-unavailable' });
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    });
  }

  it('responds to ping', async () => {
    await expect(database.ping()).resolves.toBeUndefined();
  });

  it('migrates once, however many processes start at the same time', async () => {
    const open = () =>
      openDataSource({
        url: databaseUrl(),
        defaultDatabase: 'unused',
        entities: [],
        migrations: [CreateCounters20261122000101, CountStarts20261122000102],
        poolSize: 1,
      });
    const opened: DataSource[] = kind === 'mysql' ? await Promise.all([open(), open(), open()]) : [await open()];
    await Promise.all(opened.map((dataSource) => dataSource.destroy()));
    expect(await amount(1)).toBe(1);
  });
});

describe('an unreachable database', () => {
  it('fails the start with one clear sentence', async () => {
    const options = { defaultDatabase: 'users', entities: [], migrations: [], poolSize: 1 };
    await expect(openDataSource({ ...options, url: 'mysql://test:secret@127.0.0.1:9' })).rejects.toThrow(
      'The database server at 127.0.0.1:9 cannot be reached (ECONNREFUSED): is it running?',
    );
    await expect(openDataSource({ ...options, url: 'file:/dev/null/test.db' })).rejects.toThrow(
      'cannot be opened: is its folder writable?',
    );
  });
});

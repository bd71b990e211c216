import { DomainError } from '@app/kernel';
import { DataSource } from 'typeorm';
import { createEmbeddedDatabase, createMysqlDatabase } from '../../../test/support/databases.js';
import { findDatabaseKind, startDatabaseServer } from '../../../test/support/database-server.js';
import { eventually } from '../../../test/support/eventually.js';
import { realDatabaseUrl } from '../../../test/support/real-servers.js';
import { createConnection } from 'mysql2/promise';
import { Database } from './database.js';
import { openDataSource } from './open.js';
import { dataSourceOptions } from './options.js';

const plain = (url: string, poolSize = 8) => ({
  url,
  defaultDatabase: 'unused',
  entities: [],
  migrations: [],
  poolSize,
});
const onMysql = realDatabaseUrl() ? describe : describe.skip;

describe('the embedded database without its guard', () => {
  it('loses writes that were reported as committed, which is why there is a mutex', async () => {
    const own = await createEmbeddedDatabase();
    const dataSource = await new DataSource(dataSourceOptions(plain(own.url))).initialize();
    await dataSource.query('CREATE TABLE counters (id integer PRIMARY KEY, amount integer)');
    await dataSource.query('INSERT INTO counters VALUES (1, 0)');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 300 }, (_, i) =>
        dataSource.transaction(async (tx) => {
          const [row] = await tx.query<{ amount: number }[]>('SELECT amount FROM counters');
          await tx.query('UPDATE counters SET amount = ?', [Number(row?.amount) + 1]);
          if (i % 3 === 0) throw new Error('planned');
        }),
      ),
    );
    const [row] = await dataSource.query<{ amount: number }[]>('SELECT amount FROM counters');
    expect([outcomes.filter(({ status }) => status === 'fulfilled').length, row?.amount]).not.toEqual([200, 200]);
    await dataSource.destroy();
    await own.remove();
  });
});

onMysql('transactions on MySQL', () => {
  let database: Database;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    const own = await createMysqlDatabase();
    remove = () => own.remove();
    database = new Database(await openDataSource(plain(own.url, 4)));
    await database.execute('CREATE TABLE counters (id int PRIMARY KEY, amount int NOT NULL)');
    await database.execute('INSERT INTO counters VALUES (1, 0), (2, 0)');
  });
  afterAll(async () => {
    await database.close();
    await remove();
  });

  it('retries the whole of a deadlocked transaction', async () => {
    let runs = 0;
    const arrivals: (() => void)[] = [];
    const meet = () =>
      new Promise<void>((resolve) => (arrivals.push(resolve) < 2 ? undefined : arrivals.forEach((go) => go())));
    const add = (ids: [number, number]) =>
      database.transaction(async (tx) => {
        runs++;
        await database.execute('UPDATE counters SET amount = amount + 1 WHERE id = ?', [ids[0]], tx);
        if (runs <= 2) await meet();
        await database.execute('UPDATE counters SET amount = amount + 1 WHERE id = ?', [ids[1]], tx);
      });
    await Promise.all([add([1, 2]), add([2, 1])]);
    expect(runs).toBe(3);
    expect(await database.query('SELECT amount FROM counters')).toEqual([{ amount: 2 }, { amount: 2 }]);
  });

  it('gives up with service-unavailable if the conflict persists', async () => {
    let runs = 0;
    const conflict = Object.assign(new Error('Deadlock found'), { errno: 1213 });
    const failing = database.transaction(() => {
      runs++;
      return Promise.reject(conflict);
    });
    await expect(failing).rejects.toMatchObject({ code: 'service-unavailable', cause: conflict });
    expect(runs).toBe(6);
  });

  it('reports service-unavailable when no connection becomes free in time, and recovers', async () => {
    let release = () => undefined as void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let held = 0;
    const holders = Array.from({ length: 4 }, () =>
      database.transaction(() => {
        held++;
        return gate;
      }),
    );
    await eventually(() => expect(held).toBe(4));
    await expect(database.query('SELECT 1')).rejects.toMatchObject({ code: 'service-unavailable' });
    release();
    await Promise.all(holders);
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 15_000);

  it('reports which privilege it needs to create the database', async () => {
    const server = new URL(realDatabaseUrl() ?? '');
    const admin = await createConnection({ uri: server.href });
    await admin.query("DROP USER IF EXISTS 'guest'@'%'");
    await admin.query("CREATE USER 'guest'@'%' IDENTIFIED BY 'guest'");
    const url = (password: string) => `mysql://guest:${password}@${server.host}/not_yours`;
    await expect(openDataSource(plain(url('guest')))).rejects.toThrow(
      "GRANT ALL PRIVILEGES ON `not_yours`.* TO 'guest'@'%'",
    );
    await expect(openDataSource(plain(url('wrong')))).rejects.toThrow(/refuses the user "guest": check the password/);
    await admin.query("DROP USER 'guest'@'%'");
    await admin.end();
  });
});

(findDatabaseKind() ? describe : describe.skip)('a database server that goes away', () => {
  it('reports service-unavailable while the server is down or frozen, and recovers', async () => {
    const server = await startDatabaseServer();
    const database = new Database(await openDataSource({ ...plain(server.url), defaultDatabase: 'away' }));
    const unavailable = { code: 'service-unavailable', retryAfter: 1 } satisfies Partial<DomainError>;
    try {
      await database.ping();
      process.kill(server.pid, 'SIGSTOP');
      await eventually(() => expect(database.ping()).rejects.toMatchObject(unavailable));
      process.kill(server.pid, 'SIGKILL');
      await eventually(() => expect(database.query('SELECT 1')).rejects.toMatchObject(unavailable));
      await expect(database.transaction(() => Promise.resolve())).rejects.toMatchObject(unavailable);
      await server.restart();
      await eventually(() => database.ping());
    } finally {
      await database.close();
      await server.stop();
    }
  }, 30_000);
});

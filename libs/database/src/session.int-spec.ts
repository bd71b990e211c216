import type { PoolConnection } from 'mysql2';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { QueryFailedError, type MigrationInterface, type QueryRunner } from 'typeorm';
import { Counter, CreateCounters20261122000101 } from '../../../test/support/counters.js';
import { withDatabase } from '../../../test/support/databases.js';
import { eventually } from '../../../test/support/eventually.js';
import { describeOnEachPrivateServer } from '../../../test/support/private-servers.js';
import { Database } from './database.js';
import { openDataSource } from './open.js';
import type { DatabaseOptions } from './options.js';
import { withServer } from './server.js';

/** Server settings that would each break one of our statements, or worse. */
const UNFRIENDLY = {
  sql_mode: 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT',
  time_zone: '+07:00',
  autocommit: 0,
  wait_timeout: 4,
  innodb_lock_wait_timeout: 1,
  character_set_server: 'latin1',
  collation_server: 'latin1_swedish_ci',
  sql_safe_updates: 1,
};

const RELIED_ON = {
  sql_mode: 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  isolation: 'READ-COMMITTED',
  time_zone: '+00:00',
  autocommit: 'ON',
  wait_timeout: '120',
  innodb_lock_wait_timeout: '5',
  character_set_client: 'utf8mb4',
  character_set_connection: 'utf8mb4',
  character_set_results: 'utf8mb4',
  collation_connection: 'utf8mb4_unicode_520_ci',
  sql_safe_updates: 'OFF',
};

const VARIABLES = `SHOW SESSION VARIABLES WHERE Variable_name IN (${Object.keys(RELIED_ON)
  .flatMap((name) => (name === 'isolation' ? ['tx_isolation', 'transaction_isolation'] : [name]))
  .map((name) => `'${name}'`)
  .join(', ')})`;

const toSettings = (rows: unknown): Record<string, string> =>
  Object.fromEntries(
    (rows as { Variable_name: string; Value: string }[]).map(({ Variable_name: name, Value }) => [
      name.replace(/^t.*_isolation$/, 'isolation'),
      Value,
    ]),
  );

const ATTACK = `x', NULL) #`;
const TEXTS = [ATTACK, "O'Brien", 'a\\', '\\', "\\'; -- ", '/* ', '鼠标 😀', '"quoted"', '`name`', '?', ':one'];

describeOnEachPrivateServer('sessions', (server) => {
  let root: Connection;
  const opened: Database[] = [];
  let names = 0;
  const options = (more: Partial<DatabaseOptions> = {}): DatabaseOptions => ({
    url: withDatabase(server().url, `sessions_${++names}`),
    defaultDatabase: 'unused',
    entities: [Counter],
    migrations: [CreateCounters20261122000101],
    poolSize: 4,
    ...more,
  });
  const open = async (given: DatabaseOptions) => {
    const database = new Database(await openDataSource(given));
    opened.push(database);
    return database;
  };
  const setGlobals = async (values: Record<string, string | number>) => {
    for (const [name, value] of Object.entries(values)) await root.query(`SET GLOBAL ${name} = ?`, [value]);
  };
  /** The settings of the pool's sessions, all of them held at the same time. */
  const sessionsOf = async (database: Database, count = 4) => {
    const found: unknown[] = [];
    let enter = () => undefined as void;
    const everybody = new Promise<void>((resolve) => (enter = resolve));
    const looks = Array.from({ length: count }, () =>
      database.transaction(async (tx) => {
        found.push(toSettings(await database.query(VARIABLES, [], tx)));
        if (found.length === count) enter();
        await everybody;
      }),
    );
    for (const look of looks) look.catch(enter);
    await Promise.all(looks);
    return found;
  };

  beforeAll(async () => {
    root = await createConnection({ uri: server().url });
    await setGlobals(UNFRIENDLY);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const database of opened.splice(0)) await database.close();
  });
  afterAll(() => root?.end());

  it("start with the platform's settings, also after the server has closed them all", async () => {
    const given = options();
    const database = await open(given);
    expect(await sessionsOf(database)).toEqual(Array(4).fill(RELIED_ON));
    const [ids] = await root.query<RowDataPacket[]>('SELECT id FROM information_schema.processlist WHERE db = ?', [
      new URL(given.url).pathname.slice(1),
    ]);
    expect(ids.length).toBeGreaterThanOrEqual(4);
    for (const { id } of ids) await root.query(`KILL ${Number(id)}`);
    await eventually(async () => expect(await sessionsOf(database)).toEqual(Array(4).fill(RELIED_ON)));
  });

  it('start with them when the first query opens the first connection, as in a Lambda', async () => {
    const given = options();
    await (await open(given)).close();
    const database = await open({ ...given, migrated: 'elsewhere' });
    expect(await sessionsOf(database)).toEqual(Array(4).fill(RELIED_ON));
  });

  it('start with them after a rotation of the credentials, for a user who may only change rows', async () => {
    const given = options();
    const database = new URL(given.url).pathname.slice(1);
    await (await open(given)).close();
    for (const name of ['before', 'after']) {
      await root.query(`CREATE USER '${database}_${name}'@'%' IDENTIFIED BY 'secret'`);
      await root.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${database}.* TO '${database}_${name}'@'%'`);
    }
    const url = new URL(given.url);
    [url.username, url.password] = [`${database}_before`, 'an old secret'];
    const credentials = () => Promise.resolve({ username: `${database}_after`, password: 'secret' });
    const rotated = await open({ ...given, url: url.href, migrated: 'elsewhere', credentials });
    expect(await sessionsOf(rotated)).toEqual(Array(4).fill(RELIED_ON));
    expect(await rotated.query('SELECT CURRENT_USER() AS name')).toEqual([{ name: `${database}_after@%` }]);
  });

  it('start with them for migrations and administrators', async () => {
    const seen: unknown[] = [];
    class Look20261122000199 implements MigrationInterface {
      async up(runner: QueryRunner) {
        seen.push(toSettings(await runner.query(VARIABLES)));
      }
      down = () => Promise.resolve();
    }
    await open(options({ migrations: [Look20261122000199] }));
    const { hostname: host, port, username, password } = new URL(server().url);
    await withServer({ host, port: Number(port), username, password, connectMs: 3_000 }, async (run) => {
      seen.push(toSettings(await run(VARIABLES)));
    });
    expect(seen).toEqual([RELIED_ON, RELIED_ON]);
  });

  it('are not handed out if the settings fail, and do not occupy the pool', async () => {
    // Otherwise the server would soon close a connection that stays open.
    await setGlobals({ wait_timeout: 60 });
    const database = await open(options({ poolSize: 1 }));
    const { pool } = database.dataSource.driver as unknown as { pool: { getConnection(done: unknown): void } };
    const connection = await new Promise<PoolConnection>((resolve) =>
      pool.getConnection((_: unknown, found: PoolConnection) => resolve(found)),
    );
    const query = jest.spyOn(Object.getPrototypeOf(Object.getPrototypeOf(connection)) as PoolConnection, 'query');
    connection.destroy();
    query.mockImplementation(((_: string, done: (error: Error) => void) =>
      done(Object.assign(new Error('refused'), { errno: 1193 }))) as never);
    await expect(database.query('SELECT 1')).rejects.toThrow('refused');
    query.mockRestore();
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await setGlobals({ wait_timeout: UNFRIENDLY.wait_timeout });
  });

  it('store every text unchanged, through entities and SQL', async () => {
    const database = await open(options());
    for (const [index, label] of TEXTS.entries()) {
      await database.repository(Counter).insert({ id: 100 * (index + 1), amount: 1, label });
      await database.repository(Counter).update({ label }, { amount: 2 });
      expect(await database.repository(Counter).findOneByOrFail({ label })).toMatchObject({ amount: 2 });
      await database.execute('DELETE FROM counters WHERE label = ?', [label]);
      await database.execute('INSERT INTO counters (amount, label) VALUES (?, ?)', [3, label]);
      expect(await database.query('SELECT amount, label FROM counters WHERE label = ?', [label])).toEqual([
        { amount: 3, label },
      ]);
    }
    expect(await database.query('SELECT COUNT(*) AS n FROM counters')).toEqual([{ n: TEXTS.length }]);
  });

  it('never send a statement with a value in its text', async () => {
    const database = await open(options());
    await setGlobals({ log_output: 'TABLE', general_log: 1 });
    const label = 'a value to look for';
    await database.repository(Counter).insert({ id: 1, amount: 1, label });
    await database.repository(Counter).findBy({ label });
    await database.transaction(async (tx) => {
      await database.repository(Counter, tx).save({ id: 2, amount: 1, label: `${label} 2`, seenAt: null });
      await database.execute('DELETE FROM counters WHERE label = ?', [label], tx);
    });
    await setGlobals({ general_log: 0 });
    const [kinds] = await root.query<RowDataPacket[]>(
      "SELECT DISTINCT command_type AS kind FROM mysql.general_log WHERE argument LIKE '%a value to look for%'",
    );
    expect(kinds).toEqual([{ kind: 'Execute' }]);
  });

  it('refuse to write a value into the text of a statement', async () => {
    const database = await open(options({ poolSize: 1 }));
    const connection = (await database.dataSource.createQueryRunner().connect()) as PoolConnection;
    expect(() => connection.format('SELECT ?', ['a value'])).toThrow('use execute');
    connection.release();
  });

  it('keep no statement and no value in an error', async () => {
    const { hostname: host, port, username, password } = new URL(server().url);
    const failure: unknown = await withServer(
      { host, port: Number(port), username, password, connectMs: 3_000 },
      (run) => run("CREATE USER 'nobody'@'%' IDENTIFIED WITH no_such_plugin AS 'the new password'"),
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ errno: expect.any(Number) as number });
    expect(textOf(failure)).not.toContain('the new password');
  });

  it("reuse a connection that was idle for longer than the server's own limit", async () => {
    // A session starts with the server's settings of that moment.
    await setGlobals({ wait_timeout: 1 });
    const database = await open(options({ poolSize: 1 }));
    const id = async () => (await database.query<{ id: number }>('SELECT CONNECTION_ID() AS id'))[0]?.id;
    const first = await id();
    const witness = await createConnection({ uri: server().url });
    const ended = new Promise((resolve) => witness.on('error', resolve));
    // When the witness is closed, the limit of the idle connection passed a second ago.
    await witness.query('SET SESSION wait_timeout = 2');
    await ended;
    expect(await id()).toBe(first);
  });
});

/** All text of an error that could reach a log or a caller. */
function textOf(error: unknown): string {
  const inner = error instanceof QueryFailedError ? error.driverError : undefined;
  return [error, inner, (error as Error).cause]
    .map((each) => `${String(each)} ${(each as Error | undefined)?.stack ?? ''} ${JSON.stringify(each)}`)
    .join('\n');
}

import { Logger } from '@nestjs/common';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { Counter, CreateCounters20261122000101 } from '../../../test/support/counters.js';
import { withDatabase } from '../../../test/support/databases.js';
import { eventually } from '../../../test/support/eventually.js';
import { describeOnEachPrivateServer } from '../../../test/support/private-servers.js';
import { Database } from './database.js';
import { openDataSource } from './open.js';
import type { DatabaseOptions } from './options.js';

describeOnEachPrivateServer('a server', (server) => {
  let root: Connection;
  const opened: Database[] = [];
  const options = (name: string, more: Partial<DatabaseOptions> = {}): DatabaseOptions => ({
    url: withDatabase(server().url, name),
    defaultDatabase: 'unused',
    entities: [Counter],
    migrations: [CreateCounters20261122000101],
    poolSize: 17,
    ...more,
  });
  const open = async (given: DatabaseOptions) => {
    const database = new Database(await openDataSource(given));
    opened.push(database);
    return database;
  };
  /** A user like a service's, who may only change rows. */
  const asService = async (given: DatabaseOptions): Promise<DatabaseOptions> => {
    const url = new URL(given.url);
    const name = url.pathname.slice(1);
    await root.query(`CREATE USER '${name}_service'@'%' IDENTIFIED BY 'secret'`);
    await root.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${name}.* TO '${name}_service'@'%'`);
    [url.username, url.password] = [`${name}_service`, 'secret'];
    return { ...given, url: url.href, migrated: 'elsewhere' };
  };

  beforeAll(async () => {
    Logger.overrideLogger(false);
    root = await createConnection({ uri: server().url });
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });
  afterAll(() => root?.end());

  it('that is read-only after a failover is service-unavailable, and all pooled connections are given up', async () => {
    await (await open(options('failover'))).close();
    const database = await open(await asService(options('failover')));
    const write = () => database.execute("INSERT INTO counters (amount, label) VALUES (1, 'one')");
    const update = () => database.repository(Counter).update({ id: 1 }, { amount: 1 });
    const connections = async () => {
      let enter = () => undefined as void;
      const everybody = new Promise<void>((resolve) => (enter = resolve));
      const ids: number[] = [];
      const holders = Array.from({ length: 17 }, () =>
        database.transaction(async (tx) => {
          const [row] = await database.query<{ id: number }>('SELECT CONNECTION_ID() AS id', [], tx);
          if (ids.push(Number(row?.id)) === 17) enter();
          await everybody;
        }),
      );
      await Promise.all(holders);
      return ids;
    };
    const kept = await connections();
    await server().setReadOnly(true);
    try {
      const refusal = { code: 'service-unavailable', retryAfter: 1 };
      await expect(write()).rejects.toMatchObject(refusal);
      await expect(update()).rejects.toMatchObject(refusal);
      await expect(
        database.transaction((tx) => database.execute('DELETE FROM counters', [], tx)),
      ).rejects.toMatchObject(refusal);
      await expect(database.ping()).rejects.toMatchObject(refusal);
      expect(await database.query('SELECT id FROM counters')).toEqual([]);
    } finally {
      await server().setReadOnly(false);
    }
    await write();
    await database.ping();
    const found = await connections();
    expect(found.filter((id) => kept.includes(id))).toEqual([]);
  });

  it('creates databases in its own character set, which still store any text', async () => {
    await root.query('CREATE DATABASE of_an_administrator CHARACTER SET latin1');
    const database = await open(options('of_an_administrator'));
    await database.repository(Counter).insert({ id: 1, amount: 1, label: '鼠标 😀' });
    expect(await database.query('SELECT label FROM counters')).toEqual([{ label: '鼠标 😀' }]);
  });

  it('may have tables that cannot store every text: the next migration converts them and keeps their content', async () => {
    await root.query('CREATE DATABASE of_a_latin_server CHARACTER SET latin1');
    await (await open(options('of_a_latin_server'))).close();
    await root.query('ALTER DATABASE of_a_latin_server CHARACTER SET latin1');
    await root.query('ALTER TABLE of_a_latin_server.counters CONVERT TO CHARACTER SET latin1');
    await root.query(
      'ALTER TABLE of_a_latin_server.counters ADD COLUMN code varchar(8) CHARACTER SET ascii COLLATE ascii_bin NULL',
    );
    await root.query("INSERT INTO of_a_latin_server.counters (id, amount, label) VALUES (1, 1, 'Käse')");
    const database = await open(options('of_a_latin_server'));
    await database.execute('INSERT INTO counters (id, amount, label) VALUES (?, 1, ?)', [2, '鼠标 😀']);
    expect(await database.query('SELECT label FROM counters ORDER BY id')).toEqual([
      { label: 'Käse' },
      { label: '鼠标 😀' },
    ]);
    const [columns] = await root.query<RowDataPacket[]>(
      "SELECT COLUMN_NAME AS name, COLLATION_NAME AS collation, IS_NULLABLE AS nullable FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'of_a_latin_server' AND COLUMN_NAME IN ('label', 'code') ORDER BY 1",
    );
    expect(columns).toEqual([
      { name: 'code', collation: 'ascii_bin', nullable: 'YES' },
      { name: 'label', collation: 'utf8mb4_unicode_520_ci', nullable: 'NO' },
    ]);
  });

  it('fails with the statement an administrator should run, if the user may not change the character set', async () => {
    await root.query('CREATE DATABASE denied CHARACTER SET latin1');
    await root.query('CREATE TABLE denied.migrations (id int, timestamp bigint, name varchar(255))');
    const given = await asService(options('denied'));
    await expect(open({ ...given, migrated: 'at-start' })).rejects.toThrow(
      'Let an administrator run: ALTER DATABASE `denied` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci;',
    );
  });

  it('is found again after it has closed all connections', async () => {
    const database = await open(options('ended', { poolSize: 4 }));
    await Promise.all(Array.from({ length: 4 }, () => database.query('SELECT 1')));
    const [ids] = await root.query<RowDataPacket[]>("SELECT id FROM information_schema.processlist WHERE db = 'ended'");
    for (const { id } of ids) await root.query(`KILL ${Number(id)}`);
    await eventually(async () => expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]));
  });
});

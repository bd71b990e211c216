import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Libsql from 'libsql';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import type { RunningPlatform } from '../support/platforms.js';
import { SERVICES } from '../../../apps/manifests.js';

export type Row = Record<string, unknown>;
/** `service.table` → its rows. */
export type Dump = Map<string, Row[]>;
/** `service.table` → the hash of its rows. */
export type Digest = Map<string, string>;

/** Reads all tables of all services directly from the databases. */
export class Stores {
  private settledAt: Digest | undefined;

  private constructor(
    private readonly read: () => Promise<Dump>,
    private readonly queuesAreEmpty: () => Promise<boolean>,
    readonly close: () => Promise<void>,
  ) {}

  static async open(running: RunningPlatform): Promise<Stores> {
    const { dataDir, databaseUrl } = running;
    const idle = () => queuesAreIdle(running);
    if (databaseUrl === undefined) {
      const files = SERVICES.map((service) => ({
        service,
        database: new Libsql(join(dataDir, `${service}.db`), { readonly: true }),
      }));
      return new Stores(
        () => Promise.resolve(new Map(files.flatMap(({ service, database }) => readFile(database, service)))),
        idle,
        () => Promise.resolve(files.forEach(({ database }) => database.close())),
      );
    }
    const connection = await createConnection({ uri: databaseUrl.replace(/\/[^/]*$/, ''), dateStrings: true });
    const prefix = new URL(databaseUrl).pathname.slice(1);
    return new Stores(
      () => readServer(connection, prefix),
      idle,
      () => connection.end(),
    );
  }

  dump(): Promise<Dump> {
    return this.read();
  }

  async digest(): Promise<Digest> {
    return digestOf(await this.read());
  }

  /** The digest at rest: no waiting or in-flight events and e-mails, and two equal readings. */
  async settled(): Promise<Digest> {
    const end = Date.now() + 30_000;
    let last = await this.digest();
    if (this.settledAt && differences(this.settledAt, last).length === 0) return last;
    for (;;) {
      const quiet = await this.queuesAreEmpty();
      const dump = await this.read();
      const next = digestOf(dump);
      if (quiet && !isBusy(dump) && differences(last, next).length === 0) return (this.settledAt = next);
      if (Date.now() > end)
        throw new Error(`The platform does not come to rest: ${differences(last, next).join(', ')}`);
      last = next;
      await sleep(50);
    }
  }
}

/** Written at any time: what is derived from the products, and what the payment provider tells or is asked for. */
const SWEPT = /^products\.product_(words|search)|^payments\.provider_(cursors|events)$/;

/** When a sweep looks at a payment next. */
const withoutSweeps = (name: string, value: unknown): unknown => (name === 'next_check_at' ? undefined : value);

const digestOf = (dump: Dump): Digest =>
  new Map(
    [...dump]
      .filter(([table]) => !SWEPT.test(table))
      .map(([table, rows]) => [table, createHash('sha1').update(JSON.stringify(rows, withoutSweeps)).digest('hex')]),
  );

function isBusy(dump: Dump): boolean {
  return [...dump].some(([table, rows]) =>
    table.endsWith('.outbox')
      ? rows.some(({ due_at }) => due_at !== null)
      : table === 'notifier.emails' && rows.some(({ status }) => status === 'queued' || status === 'sending'),
  );
}

async function queuesAreIdle({ client }: RunningPlatform): Promise<boolean> {
  const { body } = await client.call('GET', '/dev/queues');
  const waiting = (body as { name: string; ready: number; delayed: number; in_flight: number }[]).filter(
    ({ name, ready, delayed, in_flight }) =>
      !name.includes('dead') && !name.includes('dlq') && ready + delayed + in_flight > 0,
  );
  return waiting.length === 0;
}

/** The tables with different rows. */
export function differences(before: Digest, after: Digest): string[] {
  return [...after.keys()].filter((table) => before.get(table) !== after.get(table));
}

function readFile(database: Libsql.Database, service: string): [string, Row[]][] {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
  return (tables.all() as { name: string }[]).map(({ name }) => [
    `${service}.${name}`,
    database.prepare(`SELECT * FROM "${name}"`).all() as Row[],
  ]);
}

async function readServer(connection: Connection, prefix: string): Promise<Dump> {
  const dump: Dump = new Map();
  for (const service of SERVICES) {
    const [tables] = await connection.query<RowDataPacket[]>(
      'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
      [`${prefix}_${service}`],
    );
    for (const { name } of tables) {
      const [rows] = await connection.query<RowDataPacket[]>(`SELECT * FROM \`${prefix}_${service}\`.\`${name}\``);
      dump.set(`${service}.${name}`, rows);
    }
  }
  return dump;
}

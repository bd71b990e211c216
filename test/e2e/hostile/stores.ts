import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Libsql from 'libsql';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { SERVICES } from '../../../apps/local/src/environment.js';

export type Row = Record<string, unknown>;
/** `service.table` → its rows. */
export type Dump = Map<string, Row[]>;
/** `service.table` → what its rows hash to. */
export type Digest = Map<string, string>;

/** Where a platform keeps its data. */
export interface StoresOptions {
  dataDir: string;
  databaseUrl?: string | undefined;
}

/** All tables of all services, read from beside the platform. */
export class Stores {
  private settledAt: Digest | undefined;

  private constructor(
    private readonly read: () => Promise<Dump>,
    readonly close: () => Promise<void>,
  ) {}

  static async open({ dataDir, databaseUrl }: StoresOptions): Promise<Stores> {
    if (databaseUrl === undefined) {
      const files = SERVICES.map((service) => ({
        service,
        database: new Libsql(join(dataDir, `${service}.db`), { readonly: true }),
      }));
      return new Stores(
        () => Promise.resolve(new Map(files.flatMap(({ service, database }) => readFile(database, service)))),
        () => Promise.resolve(files.forEach(({ database }) => database.close())),
      );
    }
    const connection = await createConnection({ uri: databaseUrl.replace(/\/[^/]*$/, ''), dateStrings: true });
    const prefix = new URL(databaseUrl).pathname.slice(1);
    return new Stores(
      () => readServer(connection, prefix),
      () => connection.end(),
    );
  }

  dump(): Promise<Dump> {
    return this.read();
  }

  async digest(): Promise<Digest> {
    const hash = (rows: Row[]): string => createHash('sha1').update(JSON.stringify(rows)).digest('hex');
    return new Map([...(await this.read())].map(([table, rows]) => [table, hash(rows)]));
  }

  /** The digest once nothing is under way: no event waits to be sent, no e-mail, and two readings are equal. */
  async settled(): Promise<Digest> {
    const end = Date.now() + 30_000;
    let last = await this.digest();
    if (this.settledAt && differences(this.settledAt, last).length === 0) return last;
    for (;;) {
      await sleep(60);
      const next = await this.digest();
      if (differences(last, next).length === 0 && !(await this.isBusy())) return (this.settledAt = next);
      if (Date.now() > end)
        throw new Error(`The platform does not come to rest: ${differences(last, next).join(', ')}`);
      last = next;
    }
  }

  private async isBusy(): Promise<boolean> {
    const dump = await this.read();
    return [...dump].some(([table, rows]) =>
      table.endsWith('.outbox')
        ? rows.some(({ due_at }) => due_at !== null)
        : table === 'notifier.emails' && rows.some(({ status }) => status === 'queued' || status === 'sending'),
    );
  }
}

/** The tables whose rows are not the same. */
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

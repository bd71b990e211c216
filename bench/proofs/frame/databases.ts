import { createPool, type Pool, type RowDataPacket } from 'mysql2/promise';
import type { ServiceName } from '../../../apps/manifests.js';

/** Reads the services' databases directly, since a proof does not trust an API about stored data. */
export class Databases {
  private readonly pools = new Map<string, Pool>();

  constructor(
    private readonly url: string,
    private readonly prefix: string,
  ) {}

  /** The address; `_<service>` is appended to it. */
  get address(): string {
    return `${this.url}/${this.prefix}`;
  }

  async rows<R>(service: ServiceName, sql: string, values: unknown[] = []): Promise<R[]> {
    const [rows] = await this.pool(`${this.prefix}_${service}`).query<RowDataPacket[]>(sql, values);
    return rows as R[];
  }

  /** Changes data that a proof needs but does not prove. */
  async change(service: ServiceName, sql: string, values: unknown[] = []): Promise<void> {
    await this.pool(`${this.prefix}_${service}`).query(sql, values);
  }

  /** The number in the first column of the first row. */
  async number(service: ServiceName, sql: string, values: unknown[] = []): Promise<number> {
    const [row] = await this.rows<Record<string, unknown>>(service, sql, values);
    return Number(row ? Object.values(row)[0] : 0);
  }

  /** The number of deadlocks in all databases of the server. */
  async deadlocks(): Promise<number> {
    const sql = "SELECT COUNT AS n FROM information_schema.INNODB_METRICS WHERE NAME = 'lock_deadlocks' AND COUNT >= 0";
    const [row] = await this.rows<{ n: number }>('orders', sql);
    if (!row) throw new Error('The server does not count its deadlocks.');
    return Number(row.n);
  }

  /** A counter of the server since its start, such as `Com_commit`. */
  async counter(name: string): Promise<number> {
    const [row] = await this.rows<{ Value: string }>('orders', 'SHOW GLOBAL STATUS LIKE ?', [name]);
    if (!row) throw new Error(`The server has no counter ${name}.`);
    return Number(row.Value);
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.end()));
  }

  private pool(database: string): Pool {
    let pool = this.pools.get(database);
    if (!pool) {
      pool = createPool({ uri: `${this.url}/${database}`, connectionLimit: 2, timezone: 'Z' });
      this.pools.set(database, pool);
    }
    return pool;
  }
}

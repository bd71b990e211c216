import { randomBytes } from 'node:crypto';
import {
  type DatabaseKind,
  type DatabaseServer,
  findDatabaseKind,
  startDatabaseServer,
} from '../../../test/support/database-server.js';
import type { RealServer } from '../../../test/support/process.js';
import { hasRedis, startRedis } from '../../../test/support/redis.js';

/** The private servers of one run; proofs take turns on them, each with its own databases. */
export class Servers {
  private redisDatabases = 0;

  private constructor(
    readonly database: DatabaseServer,
    readonly redis: RealServer,
  ) {}

  /** Whether this machine can run the proofs. */
  static installed(): boolean {
    return findDatabaseKind() !== undefined && hasRedis();
  }

  static async start(options: { kind?: DatabaseKind | undefined; durable?: boolean } = {}): Promise<Servers> {
    const [database, redis] = await Promise.all([startDatabaseServer(options), startRedis()]);
    return new Servers(database, redis);
  }

  /** An address where each service has its own empty database, `<prefix>_<service>`. */
  freshDatabases(): { url: string; prefix: string } {
    const prefix = `proof_${randomBytes(4).toString('hex')}`;
    return { url: `${this.database.url}/${prefix}`, prefix };
  }

  /** An empty cache, since product 1 of one platform is not product 1 of another. */
  freshRedis(): string {
    return `${this.redis.url}/${this.redisDatabases++ % 16}`;
  }

  /** `kill -9` of the database server, and a restart on the same data. */
  async killDatabase(): Promise<void> {
    process.kill(this.database.pid, 'SIGKILL');
    await this.database.restart();
  }

  async stop(): Promise<void> {
    await Promise.all([this.database.stop(), this.redis.stop()]);
  }
}

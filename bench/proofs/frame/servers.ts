import { randomBytes } from 'node:crypto';
import { hasMariaDb, startMariaDb } from '../../../test/support/mariadb.js';
import type { RealServer } from '../../../test/support/process.js';
import { hasRedis, startRedis } from '../../../test/support/redis.js';

type MariaDb = Awaited<ReturnType<typeof startMariaDb>>;

/** The private servers of one run; proofs take turns on them, each with databases of its own. */
export class Servers {
  private redisDatabases = 0;

  private constructor(
    readonly mariadb: MariaDb,
    readonly redis: RealServer,
  ) {}

  /** Whether this machine can run the proofs. */
  static installed(): boolean {
    return hasMariaDb() && hasRedis();
  }

  static async start(options: { durable?: boolean } = {}): Promise<Servers> {
    const [mariadb, redis] = await Promise.all([startMariaDb(options), startRedis()]);
    return new Servers(mariadb, redis);
  }

  /** An address under which each service finds its own empty database, `<prefix>_<service>`. */
  freshDatabases(): { url: string; prefix: string } {
    const prefix = `proof_${randomBytes(4).toString('hex')}`;
    return { url: `${this.mariadb.url}/${prefix}`, prefix };
  }

  /** An empty cache: product 1 of one platform is not product 1 of another. */
  freshRedis(): string {
    return `${this.redis.url}/${this.redisDatabases++ % 16}`;
  }

  /** `kill -9` of the database server, and its start on the same data. */
  async killDatabase(): Promise<void> {
    process.kill(this.mariadb.pid, 'SIGKILL');
    await this.mariadb.restart();
  }

  async stop(): Promise<void> {
    await Promise.all([this.mariadb.stop(), this.redis.stop()]);
  }
}

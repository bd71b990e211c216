import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { nameOfServer } from './database-server.js';
import { realDatabaseUrl } from './real-servers.js';

/** A database for one suite. */
export interface TestDatabase {
  url: string;
  remove(): Promise<void>;
}

/**
 * Runs a suite on the embedded libsql and, if available, on a real MySQL or MariaDB, each with a new database. Call
 * `databaseUrl()` only in hooks and tests.
 */
export function describeOnEachDatabase(
  name: string,
  suite: (databaseUrl: () => string, kind: 'embedded' | 'mysql') => void,
): void {
  const kinds = [
    { kind: 'embedded' as const, create: createEmbeddedDatabase, run: describe },
    { kind: 'mysql' as const, create: createMysqlDatabase, run: realDatabaseUrl() ? describe : describe.skip },
  ];
  for (const { kind, create, run } of kinds) {
    run(`${name} (${kind})`, () => {
      let database: TestDatabase | undefined;
      beforeAll(async () => {
        database = await create();
      });
      suite(() => {
        if (!database) throw new Error('The database exists from beforeAll on.');
        return database.url;
      }, kind);
      // After the suite's own hooks, which close its users.
      afterAll(() => database?.remove());
    });
  }
}

export async function createEmbeddedDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'commerce-libsql-'));
  return { url: `file:${join(folder, 'test.db')}`, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Returns a new name on the real server; the first user creates the database. */
export function createMysqlDatabase(server = realDatabaseUrl()): Promise<TestDatabase> {
  if (!server) throw new Error('There is no real database server.');
  const url = new URL(server);
  const name = `test_${randomBytes(6).toString('hex')}`;
  url.pathname = `/${name}`;
  return Promise.resolve({ url: url.href, remove: () => dropDatabase(server, name) });
}

/** MySQL before 8.0.16 parses CHECK constraints but ignores them. */
export async function enforcesChecks(databaseUrl: string): Promise<boolean> {
  if (databaseUrl.startsWith('file:')) return true;
  const [, patch = ''] = /^MySQL 8\.0\.(\d+)/.exec(await nameOfServer(databaseUrl)) ?? [];
  return patch === '' || Number(patch) >= 16;
}

async function dropDatabase(server: string, name: string): Promise<void> {
  const connection = await createConnection({ uri: server, connectTimeout: 3_000 });
  try {
    await connection.query(`DROP DATABASE IF EXISTS \`${name}\``);
  } finally {
    await connection.end();
  }
}

/** The server's address with another database name. */
export function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

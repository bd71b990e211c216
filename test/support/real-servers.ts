import { findDatabaseKind, nameOfServer, startDatabaseServer } from './database-server.js';
import { hasRedis, startRedis } from './redis.js';

/** The address of the real server for tests; undefined if there is none. Set by the global setup. */
export function realDatabaseUrl(): string | undefined {
  return process.env['TEST_DATABASE_URL'] || undefined;
}

export function realRedisUrl(): string | undefined {
  return process.env['TEST_REDIS_URL'] || undefined;
}

/**
 * Finds the real servers: those of DATABASE_URL and REDIS_URL, else private ones (DATABASE_SERVER chooses the database;
 * by default MySQL comes before MariaDB), else none. Prints which database it uses. With REQUIRE_REAL=1, none is a
 * failure. Returns a function that ends the private ones.
 */
export async function provideRealServers(): Promise<() => Promise<void>> {
  const kind = findDatabaseKind();
  const [database, redis] = await Promise.all([
    provide(
      'MySQL or MariaDB',
      'TEST_DATABASE_URL',
      process.env['DATABASE_URL'],
      kind && (() => startDatabaseServer({ kind })),
    ),
    provide('Redis', 'TEST_REDIS_URL', process.env['REDIS_URL'], hasRedis() ? startRedis : undefined),
  ]);
  const url = realDatabaseUrl();
  if (url !== undefined) process.stderr.write(`The real database of the tests is ${await nameOfServer(url)}.\n`);
  return async () => {
    await Promise.all([database(), redis()]);
  };
}

async function provide(
  name: string,
  variable: string,
  given: string | undefined,
  start: (() => Promise<{ url: string; stop(): Promise<void> }>) | undefined,
): Promise<() => Promise<void>> {
  const nothing = () => Promise.resolve();
  if (given && !given.startsWith('file:')) {
    process.env[variable] = given;
    return nothing;
  }
  if (!start) {
    const sentence = `${name} is not installed: the tests that need the real one are left out.`;
    if (process.env['REQUIRE_REAL'] === '1') throw new Error(`${sentence} REQUIRE_REAL=1 forbids that.`);
    process.stderr.write(`${sentence}\n`);
    return nothing;
  }
  const server = await start();
  process.env[variable] = server.url;
  return () => server.stop();
}

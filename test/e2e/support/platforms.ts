import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlatformOptions } from '../../../apps/local/src/platform.js';
import { realDatabaseUrl, realRedisUrl } from '../../support/real-servers.js';
import { ADMIN, Client, unique } from './client.js';
import { PlatformProcess } from './process.js';

export interface RunningPlatform {
  client: Client;
}

/** Runs the suite against a whole platform on the embedded parts, and against one on MariaDB and Redis. */
export function forEachPlatform(name: string, suite: (running: () => RunningPlatform) => void): void {
  const databaseUrl = realDatabaseUrl();
  describe(`${name}, embedded`, () => suite(startedPlatform({})));
  (databaseUrl ? describe : describe.skip)(`${name}, MariaDB and Redis`, () => {
    suite(
      startedPlatform({
        databaseUrl: databaseUrl && withDatabase(databaseUrl, unique('e2e_')),
        redisUrl: realRedisUrl(),
      }),
    );
  });
}

/** Starts a platform in a process of its own before the suite and ends it after. */
export function startedPlatform(options: Partial<PlatformOptions>): () => RunningPlatform {
  let platform: PlatformProcess | undefined;
  let dataDir: string;
  let running: RunningPlatform;
  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'platform-'));
    platform = await PlatformProcess.start({
      dataDir,
      adminEmail: ADMIN.email,
      adminPassword: ADMIN.password,
      ...options,
    });
    running = { client: new Client(platform.url) };
  }, 60_000);
  afterAll(async () => {
    expect(await platform?.end('SIGTERM')).toBe(0);
    rmSync(dataDir, { recursive: true, force: true });
  }, 30_000);
  return () => running;
}

/** The server's address with another database name; the platform makes one database per service of it. */
export function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

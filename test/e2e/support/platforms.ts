import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDatabase } from '../../support/databases.js';
import { realDatabaseUrl, realRedisUrl } from '../../support/real-servers.js';
import { ADMIN, Client, unique } from './client.js';
import { PlatformProcess, type ProcessOptions } from './process.js';

export interface RunningPlatform {
  client: Client;
  dataDir: string;
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  /** All log lines so far. */
  log: readonly string[];
  stop: () => Promise<void>;
}

type Suite = (running: () => RunningPlatform, kind: 'embedded' | 'real') => void;

/** Runs the suite on a platform with the embedded parts, and on one with MySQL (or MariaDB) and Redis. */
export function forEachPlatform(name: string, suite: Suite, options: Partial<ProcessOptions> = {}): void {
  onEmbeddedParts(name, suite, options);
  onRealServers(name, suite, options);
}

/**
 * Runs the suite on MySQL and Redis, or on the embedded parts where they are missing: for long suites about what knows
 * nothing of a database, such as guards.
 */
export function forOnePlatform(name: string, suite: Suite, options: Partial<ProcessOptions> = {}): void {
  const run = realDatabaseUrl() ? onRealServers : onEmbeddedParts;
  run(name, suite, options);
}

function onEmbeddedParts(name: string, suite: Suite, options: Partial<ProcessOptions>): void {
  describe(`${name}, embedded`, () => suite(startedPlatform(options), 'embedded'));
}

function onRealServers(name: string, suite: Suite, options: Partial<ProcessOptions>): void {
  const databaseUrl = realDatabaseUrl();
  (databaseUrl ? describe : describe.skip)(`${name}, MySQL and Redis`, () => {
    const real = {
      ...options,
      databaseUrl: databaseUrl && withDatabase(databaseUrl, unique('e2e_')),
      redisUrl: realRedisUrl(),
    };
    suite(startedPlatform(real), 'real');
  });
}

/** Starts a platform in a separate process before the suite and ends it afterwards. */
export function startedPlatform(options: Partial<ProcessOptions>): () => RunningPlatform {
  let running: RunningPlatform | undefined;
  beforeAll(async () => {
    running = await startPlatform(options);
  }, 60_000);
  afterAll(() => running?.stop(), 30_000);
  return () => {
    if (!running) throw new Error('The platform runs from beforeAll on.');
    return running;
  };
}

/** Starts a platform in a separate process, with its own data and the administrator `ADMIN`. */
export async function startPlatform(options: Partial<ProcessOptions>): Promise<RunningPlatform> {
  const dataDir = mkdtempSync(join(tmpdir(), 'platform-'));
  const login = { adminEmail: ADMIN.email, adminPassword: ADMIN.password };
  const platform = await PlatformProcess.start({ dataDir, ...login, ...options });
  return {
    client: new Client(platform.url),
    dataDir,
    databaseUrl: options.databaseUrl,
    redisUrl: options.redisUrl,
    log: platform.lines,
    stop: async () => {
      const code = await platform.end('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
      if (code !== 0) throw new Error(`The platform ended with the code ${code}.`);
    },
  };
}

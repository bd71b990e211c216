import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findProgram, freePort, type RealServer, startServer, stopProcess } from './process.js';

/** Whether this machine can run a private Redis (or Valkey). */
export function hasRedis(): boolean {
  return findProgram('redis-server', 'valkey-server') !== undefined;
}

/** Starts a private Redis without persistence, by default on a free port; `cluster` makes it a cluster of one node. */
export async function startRedis(options: { cluster?: boolean; port?: number } = {}): Promise<RealServer> {
  const { cluster = false, port = await freePort() } = options;
  const program = findProgram('redis-server', 'valkey-server');
  if (!program) throw new Error('redis-server is not installed.');
  const folder = await mkdtemp(join(tmpdir(), 'commerce-redis-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  if (cluster) {
    args.push('--cluster-enabled', 'yes', '--cluster-port', String(await freePort()));
    args.push('--cluster-announce-ip', '127.0.0.1');
  }
  const child = await startServer(program, args, () => ping(port, cluster));
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    async stop() {
      await stopProcess(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ping(port: number, cluster: boolean): Promise<void> {
  const redis = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 1_000,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
    if (cluster) await takeAllSlots(redis);
  } finally {
    redis.disconnect();
  }
}

/** Rejects until the one node serves every slot. */
async function takeAllSlots(redis: Redis): Promise<void> {
  const info = String(await redis.cluster('INFO'));
  if (info.includes('cluster_slots_assigned:0')) await redis.cluster('ADDSLOTSRANGE', 0, 16_383);
  if (!info.includes('cluster_state:ok')) throw new Error('The cluster is not ready yet.');
}

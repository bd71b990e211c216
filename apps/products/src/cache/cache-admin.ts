import { once } from 'node:events';
import { withDeadline } from '@app/async';
import { generationKey, RedisLink } from '@app/coherent-cache';
import { DomainError } from '@app/kernel';
import { Cluster, type Redis } from 'ioredis';
import { CACHE_PREFIX } from './cache-keys.js';

export interface CacheStats {
  products: number;
  inventories: number;
  groups: number;
  lists: number;
  others: number;
  /** Of the whole server, since its start. */
  hits: number;
  misses: number;
  memory_bytes: number;
}

const CONNECT_MS = 3_000;
const PER_SCAN = 1_000;
const GENERATION = generationKey(CACHE_PREFIX);

/** Operators' access to the shared cache. */
export class CacheAdmin {
  constructor(private readonly redisUrl: string | undefined) {}

  async stats(): Promise<CacheStats> {
    return this.connected(async (nodes) => {
      const stats = {
        products: 0,
        inventories: 0,
        groups: 0,
        lists: 0,
        others: 0,
        hits: 0,
        misses: 0,
        memory_bytes: 0,
      };
      for (const node of nodes) {
        for await (const keys of scan(node)) for (const key of keys) stats[kindOf(key)]++;
        const info = await node.info();
        const figure = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
        stats.hits += figure('keyspace_hits');
        stats.misses += figure('keyspace_misses');
        stats.memory_bytes += figure('used_memory');
      }
      return stats;
    });
  }

  /** Removes all answers and leases, and starts a new generation of lists. Returns the number of removed keys. */
  clear(): Promise<number> {
    return this.connected(async (nodes, client) => {
      let removed = 0;
      for (const node of nodes) {
        for await (const keys of scan(node)) {
          // One key per command: in a cluster, all keys of a command must be in one slot.
          const counts = await Promise.all(keys.filter((key) => key !== GENERATION).map((key) => node.unlink(key)));
          removed += counts.reduce((sum, count) => sum + count, 0);
        }
      }
      await client.unlink(GENERATION);
      return removed;
    });
  }

  private async connected<T>(work: (nodes: Redis[], client: Redis | Cluster) => Promise<T>): Promise<T> {
    if (this.redisUrl === undefined) {
      const sentence =
        'This platform caches in its own process: a restart empties it. With a shared cache, set REDIS_URL as it has it.';
      throw new DomainError('validation-failed', sentence);
    }
    const link = new RedisLink(this.redisUrl, CACHE_PREFIX);
    try {
      const { client } = link;
      if (client.status !== 'ready') await withDeadline(once(client, 'ready'), CONNECT_MS, 'Redis');
      return await work(client instanceof Cluster ? client.nodes('master') : [client], client);
    } finally {
      link.close();
    }
  }
}

async function* scan(node: Redis): AsyncGenerator<string[]> {
  let cursor = '0';
  do {
    const [next, keys] = await node.scan(cursor, 'MATCH', `${CACHE_PREFIX}:*`, 'COUNT', PER_SCAN);
    yield keys;
    cursor = next;
  } while (cursor !== '0');
}

function kindOf(key: string): 'products' | 'inventories' | 'groups' | 'lists' | 'others' {
  if (/^catalog:\{product:\d+\}:answer$/.test(key)) return 'products';
  if (/^catalog:\{product:\d+\}:inventory$/.test(key)) return 'inventories';
  if (/^catalog:\{group:\d+\}:answer$/.test(key)) return 'groups';
  return /^catalog:\{list:[^}]+\}:[^:]+$/.test(key) ? 'lists' : 'others';
}

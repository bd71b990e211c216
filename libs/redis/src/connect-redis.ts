import { Cluster, type ClusterOptions, type Redis, type RedisOptions } from 'ioredis';
import { GatheringRedis } from './gathering-redis.js';

const LONGEST_PAUSE_MS = 2_000;

/**
 * A client that never makes anybody wait for a connection: while there is none, commands reject at once, and it connects
 * again by itself. `redis://host:port`, `rediss://` with TLS; `?cluster=true` for a cluster, found through this one address.
 */
export function connectRedis(url: string, options: Pick<RedisOptions, 'commandTimeout'> = {}): Redis | Cluster {
  const settings = {
    ...options,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 500,
    disconnectTimeout: 200,
    retryStrategy: pause,
  } satisfies RedisOptions;
  const address = new URL(url);
  if (address.searchParams.get('cluster') !== 'true') return new GatheringRedis(url, settings);
  const redisOptions: ClusterOptions['redisOptions'] = {
    ...settings,
    username: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
    ...(address.protocol === 'rediss:' && { tls: {} }),
  };
  const node = { host: address.hostname, port: Number(address.port || 6379) };
  // Certificates are made out to names, so the names of the nodes are left alone.
  const dnsLookup: ClusterOptions['dnsLookup'] = (host, done) => done(null, host);
  return new Cluster([node], { enableOfflineQueue: false, clusterRetryStrategy: pause, dnsLookup, redisOptions });
}

function pause(attempt: number): number {
  return Math.min(LONGEST_PAUSE_MS, 100 * attempt) * (0.5 + Math.random() / 2);
}

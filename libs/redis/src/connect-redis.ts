import { Cluster, type ClusterOptions, type Redis, type RedisOptions } from 'ioredis';
import { GatheringRedis } from './gathering-redis.js';

const MAX_PAUSE_MS = 2_000;
/** The pause after a server refused commands, as after this many failed attempts. */
const REFUSED_ATTEMPTS = 10;

/** The server became a replica in a failover, or is still loading; scripts quote the word in a longer message. */
const NOT_THE_MASTER = /\b(READONLY|MASTERDOWN|LOADING)\b/;

/**
 * Creates a client that never waits for a connection: without one, commands reject at once. It reconnects by itself,
 * also when its server becomes read-only, since a new connection may reach the one that accepts writes.
 * `redis://host:port`, `rediss://` with TLS; `?cluster=true` for a cluster, found through this one address.
 */
export function connectRedis(url: string, options: Pick<RedisOptions, 'commandTimeout'> = {}): Redis | Cluster {
  const renewal = new Renewal();
  const settings = {
    ...options,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 500,
    disconnectTimeout: 200,
    retryStrategy: (attempt: number) => renewal.pause(attempt),
    reconnectOnError: (error: Error) => renewal.isNeeded(error),
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
  // Certificates contain names, so the names of the nodes are not resolved.
  const dnsLookup: ClusterOptions['dnsLookup'] = (host, done) => done(null, host);
  return new Cluster([node], { enableOfflineQueue: false, clusterRetryStrategy: pause, dnsLookup, redisOptions });
}

/** Decides when a working connection is given up, and how soon a new one is opened. */
class Renewal {
  private wasRefused = false;

  /** A failover takes a while to show: until then new connections reach the same server. */
  isNeeded({ message }: Error): boolean {
    this.wasRefused = NOT_THE_MASTER.test(message);
    return this.wasRefused;
  }

  pause(attempt: number): number {
    const attempts = this.wasRefused ? REFUSED_ATTEMPTS : attempt;
    this.wasRefused = false;
    return pause(attempts);
  }
}

function pause(attempt: number): number {
  return Math.min(MAX_PAUSE_MS, 100 * attempt) * (0.5 + Math.random() / 2);
}

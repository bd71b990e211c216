import { Cluster, type ClusterOptions, type Redis, type RedisOptions } from 'ioredis';
import { GatheringRedis } from './gathering-redis.js';

const LONGEST_PAUSE_MS = 2_000;
/** A server that refuses is left alone for as long as one that was tried so often in vain. */
const REFUSED_ATTEMPTS = 10;

/** A failover has made the server a replica, or it is not ready to be asked yet; a script repeats the word in a longer message. */
const NOT_THE_MASTER = /\b(READONLY|MASTERDOWN|LOADING)\b/;

/**
 * A client that never makes anybody wait for a connection: while there is none, commands reject at once, and it connects
 * again by itself, also when its server takes no writes any more: a new connection may find the one that does. `redis://host:port`, `rediss://` with TLS; `?cluster=true` for a cluster, found through this one address.
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
  // Certificates are made out to names, so the names of the nodes are left alone.
  const dnsLookup: ClusterOptions['dnsLookup'] = (host, done) => done(null, host);
  return new Cluster([node], { enableOfflineQueue: false, clusterRetryStrategy: pause, dnsLookup, redisOptions });
}

/** When a connection is given up although it works, and how soon the next one is tried. */
class Renewal {
  private wasRefused = false;

  /** A failover takes a while to show: until then new connections find the same server. */
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
  return Math.min(LONGEST_PAUSE_MS, 100 * attempt) * (0.5 + Math.random() / 2);
}

import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';

/** So many failures without a success between them, and nobody is made to wait any more. */
const PATIENCE = 3;
const PROBE_PAUSE_MS = 500;
const PROBE_MS = 500;
/** A connection that says nothing for so many probes is given up for a new one. */
const SILENT_PROBES = 6;

export class RedisAwayError extends Error {
  constructor(message = 'Redis does not answer.') {
    super(message);
    this.name = 'RedisAwayError';
  }
}

/**
 * The connection to Redis, with a deadline on every command and a breaker: a dead or frozen Redis costs a few deadlines
 * and then nothing, and it is found again by itself.
 */
export class RedisLink {
  readonly client: Redis | Cluster;
  /** Runs before the breaker closes; Redis is not asked anything until it has succeeded. */
  beforeReturn: () => Promise<void> = () => Promise.resolve();
  private readonly logger = new Logger('Redis');
  private failures = 0;
  private state: 'up' | 'slow' | 'away' = 'away';
  private probing: Promise<void> | undefined;
  private nextProbe = 0;
  private silent = 0;

  constructor(url: string) {
    this.client = connect(url);
    // ioredis wants a listener; each failure also shows in the connection's state.
    this.client.on('error', (error: Error) => this.logger.debug(error.message));
    this.client.on('ready', () => this.probe(true));
    this.client.on('close', () => this.note('away'));
  }

  /** False while Redis is slow or away; asking is what makes it look again. */
  get usable(): boolean {
    if (this.state === 'up') return true;
    this.probe();
    return false;
  }

  /** False only when Redis is known to be away: one that is slow still takes what must not get lost. */
  get reachable(): boolean {
    return this.usable || this.state === 'slow';
  }

  /** Sends a command and answers its reply, or rejects once the deadline is over. */
  async run<T>(send: () => Promise<T>, deadlineMs: number): Promise<T> {
    try {
      const reply = await inTime(send(), deadlineMs);
      this.failures = 0;
      return reply;
    } catch (error) {
      if (++this.failures >= PATIENCE && this.state === 'up') {
        this.note('slow');
        this.probe(true);
      }
      throw error;
    }
  }

  /** Commands sent here leave in one packet: a system call for each costs more than all the rest of a hit. */
  together(sendAll: () => void): void {
    // A cluster has a connection per node.
    const stream: Partial<Socket> | undefined = this.client instanceof Redis ? this.client.stream : undefined;
    stream?.cork?.();
    sendAll();
    stream?.uncork?.();
  }

  close(): void {
    this.client.disconnect();
  }

  private note(state: 'up' | 'slow' | 'away'): void {
    const [was, is] = [this.state === 'up', state === 'up'];
    this.state = state;
    if (is && !was) this.logger.log('The cache is connected.');
    if (was && !is) this.logger.warn(`The cache is ${state}: reads go to the database.`);
  }

  private probe(now = false): void {
    if (this.probing || this.client.status !== 'ready' || (!now && Date.now() < this.nextProbe)) return;
    this.probing = this.lookAgain().finally(() => {
      this.probing = undefined;
      this.nextProbe = Date.now() + PROBE_PAUSE_MS;
    });
  }

  private async lookAgain(): Promise<void> {
    try {
      await inTime(this.client.ping(), PROBE_MS);
      await this.beforeReturn();
      this.failures = 0;
      this.silent = 0;
      this.note('up');
    } catch {
      this.note('away');
      if (++this.silent % SILENT_PROBES === 0) this.client.disconnect(true);
    }
  }
}

/** `redis://host:port`, `rediss://` with TLS; `?cluster=true` for a cluster, found through this one address. */
function connect(url: string): Redis | Cluster {
  const options = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 500,
    disconnectTimeout: 200,
    retryStrategy: pause,
  } satisfies RedisOptions;
  const address = new URL(url);
  if (address.searchParams.get('cluster') !== 'true') return new Redis(url, options);
  const redisOptions: ClusterOptions['redisOptions'] = {
    ...options,
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
  return Math.min(2_000, 100 * attempt) * (0.5 + Math.random() / 2);
}

/** The reply in time. A reply that waits already while this process was busy counts as in time. */
function inTime<T>(reply: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(new RedisAwayError())), ms);
    const end = () => clearTimeout(timer);
    reply.then(resolve, reject).then(end, end);
  });
}

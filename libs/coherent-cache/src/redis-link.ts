import { connectRedis, GatheringRedis } from '@app/redis';
import { Logger } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';

/** After this many failures in a row no command waits for Redis any more. */
const MAX_FAILURES = 3;
const PROBE_PAUSE_MS = 500;
const PROBE_MS = 500;
/** After this many failed probes the connection is replaced. */
const MAX_FAILED_PROBES = 6;

/** Redis is away, or did not reply before the deadline. */
export class RedisAwayError extends Error {
  constructor(message = 'Redis does not answer.') {
    super(message);
    this.name = 'RedisAwayError';
  }
}

/**
 * The connection to Redis, with a deadline on every command and a circuit breaker: a dead or frozen Redis costs a few
 * deadlines and then nothing, and is used again by itself when it is back.
 */
export class RedisLink {
  readonly client: Redis | Cluster;
  /** Runs before the breaker closes; Redis is not used until it has succeeded. */
  beforeReturn: () => Promise<void> = () => Promise.resolve();
  private readonly logger = new Logger('Redis');
  private failures = 0;
  private state: 'up' | 'slow' | 'away' = 'away';
  private probing: Promise<void> | undefined;
  private nextProbe = 0;
  private failedProbes = 0;
  private senders: (() => void)[] = [];

  /** Keys begin with `prefix`, so that several caches can share a server. */
  constructor(
    url: string,
    readonly prefix: string,
  ) {
    this.client = connectRedis(url);
    // ioredis needs a listener; the connection's state shows each failure anyway.
    this.client.on('error', (error: Error) => this.logger.debug(error.message));
    this.client.on('ready', () => this.probe(true));
    this.client.on('close', () => this.setState('away'));
  }

  /** False while Redis is slow or away; reading it also starts a probe. */
  get usable(): boolean {
    if (this.state === 'up') return true;
    this.probe();
    return false;
  }

  /** False only if Redis is known to be away: a slow one still gets invalidations, which must not be lost. */
  get reachable(): boolean {
    return this.usable || this.state === 'slow';
  }

  /** Sends a command and returns its reply, or rejects after the deadline. */
  async run<T>(send: () => Promise<T>, deadlineMs: number): Promise<T> {
    try {
      const reply = await inTime(send(), deadlineMs);
      this.failures = 0;
      return reply;
    } catch (error) {
      if (++this.failures >= MAX_FAILURES && this.state === 'up') {
        this.setState('slow');
        this.probe(true);
      }
      throw error;
    }
  }

  /** Calls `send` after this turn of the event loop; all commands of a turn leave in one packet (cluster: per node). */
  afterTurn(send: () => void): void {
    if (this.senders.push(send) === 1) setImmediate(() => this.sendAll());
  }

  private sendAll(): void {
    const senders = this.senders;
    this.senders = [];
    const send = () => senders.forEach((each) => each());
    if (this.client instanceof GatheringRedis) this.client.batch(send);
    else send();
  }

  close(): void {
    this.client.disconnect();
  }

  private setState(state: 'up' | 'slow' | 'away'): void {
    const [was, is] = [this.state === 'up', state === 'up'];
    this.state = state;
    if (is && !was) this.logger.log('The cache is connected.');
    if (was && !is) this.logger.warn(`The cache is ${state}: reads go to the database.`);
  }

  private probe(now = false): void {
    if (this.probing || this.client.status !== 'ready' || (!now && performance.now() < this.nextProbe)) return;
    this.probing = this.checkConnection().finally(() => {
      this.probing = undefined;
      this.nextProbe = performance.now() + PROBE_PAUSE_MS;
    });
  }

  private async checkConnection(): Promise<void> {
    try {
      // A write, since a server that has become a replica still replies to a ping. Its key is outside the entries'
      // prefix, so that clearing the cache does not count it.
      await inTime(this.client.set(`${this.prefix}-probe`, '', 'PX', PROBE_MS), PROBE_MS);
      await this.beforeReturn();
      this.failures = 0;
      this.failedProbes = 0;
      this.setState('up');
    } catch {
      this.setState('away');
      if (++this.failedProbes % MAX_FAILED_PROBES === 0) this.client.disconnect(true);
    }
  }
}

/** Rejects after `ms`. A reply that arrived in time while this process was busy still counts. */
function inTime<T>(reply: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    // Commands leave after the current turn of the event loop, which takes long in a busy process.
    const leaving = setImmediate(() => {
      timer = setTimeout(() => setImmediate(() => reject(new RedisAwayError())), ms);
    });
    const end = () => {
      clearImmediate(leaving);
      clearTimeout(timer);
    };
    reply.then(resolve, reject).then(end, end);
  });
}

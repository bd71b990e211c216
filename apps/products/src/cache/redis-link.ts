import { connectRedis, GatheringRedis } from '@app/redis';
import { Logger } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';

/** So many failures without a success between them, and nobody is made to wait any more. */
const PATIENCE = 3;
const PROBE_PAUSE_MS = 500;
const PROBE_MS = 500;
// Beside the entries: who clears the cache counts those alone.
const PROBE = 'catalog-probe';
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
  private senders: (() => void)[] = [];

  constructor(url: string) {
    this.client = connectRedis(url);
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

  /** Calls `send` once this turn of the event loop has ended; what is sent so leaves in one packet; a cluster has one per node. */
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

  private note(state: 'up' | 'slow' | 'away'): void {
    const [was, is] = [this.state === 'up', state === 'up'];
    this.state = state;
    if (is && !was) this.logger.log('The cache is connected.');
    if (was && !is) this.logger.warn(`The cache is ${state}: reads go to the database.`);
  }

  private probe(now = false): void {
    if (this.probing || this.client.status !== 'ready' || (!now && performance.now() < this.nextProbe)) return;
    this.probing = this.lookAgain().finally(() => {
      this.probing = undefined;
      this.nextProbe = performance.now() + PROBE_PAUSE_MS;
    });
  }

  private async lookAgain(): Promise<void> {
    try {
      // A write: a server that has become a replica still answers a ping.
      await inTime(this.client.set(PROBE, '', 'PX', PROBE_MS), PROBE_MS);
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

/** The reply in time. A reply that waits already while this process was busy counts as in time. */
function inTime<T>(reply: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    // Commands leave when the turn ends in which they were sent, which takes its time in a busy process.
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

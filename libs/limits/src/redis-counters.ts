import { connectRedis } from '@app/redis';
import { Logger } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { type Count, Counters } from './counters.js';

/** One round trip, and every key expires. */
const INCREMENT = `
local hits = redis.call('INCR', KEYS[1])
if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {hits, redis.call('PTTL', KEYS[1])}`;

/** A limit is not worth a longer wait. */
const COMMAND_TIMEOUT_MS = 100;
const PAUSE_AFTER_FAILURE_MS = 1_000;

/** Counts for all instances together; while Redis is down, each instance counts for itself. */
export class RedisCounters extends Counters {
  private readonly redis: Redis | Cluster;
  private readonly logger = new Logger('Limits');
  private pausedUntil = 0;
  private away = false;

  constructor(
    url: string,
    private readonly insurance: Counters,
  ) {
    super();
    this.redis = connectRedis(url, { commandTimeout: COMMAND_TIMEOUT_MS });
    // ioredis requires a listener; the commands report what matters.
    this.redis.on('error', (error: Error) => this.logger.debug(error.message));
  }

  override async increment(key: string, windowMs: number): Promise<Count> {
    if (this.redis.status !== 'ready' || performance.now() < this.pausedUntil) {
      return this.insurance.increment(key, windowMs);
    }
    try {
      const [hits, msLeft] = (await this.redis.eval(INCREMENT, 1, `limit:${key}`, windowMs)) as [number, number];
      this.logOutage(false);
      return { hits, msLeft };
    } catch (error) {
      this.pausedUntil = performance.now() + PAUSE_AFTER_FAILURE_MS;
      this.logOutage(true, error);
      return this.insurance.increment(key, windowMs);
    }
  }

  override async ping(): Promise<void> {
    await this.redis.ping();
  }

  override close(): void {
    this.redis.disconnect();
  }

  private logOutage(away: boolean, reason?: unknown): void {
    if (away === this.away) return;
    this.away = away;
    if (away) this.logger.warn(`Redis is away, so every instance counts its own requests: ${String(reason)}`);
    else this.logger.log('Redis counts requests again.');
  }
}

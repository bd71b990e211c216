import { Logger } from '@nestjs/common';
import { type CacheManagerStore, KeyvAdapter } from 'cache-manager';
import { redisInsStore } from 'cache-manager-ioredis-yet';
import { Redis } from 'ioredis';
import { Keyv } from 'keyv';
import { AnswerStore } from './answer-store.js';

/** A command that takes longer is worth less than asking the database. */
const COMMAND_TIMEOUT_MS = 150;
const PAUSE_AFTER_FAILURE_MS = 1_000;

/** Redis, tuned to fail fast: while it is away it costs milliseconds, and it is found again by itself. */
export class RedisStore extends AnswerStore {
  override readonly keyv: Keyv;
  private readonly redis: Redis;
  private readonly logger = new Logger('RedisStore');
  private pausedUntil = 0;
  private connected = false;

  constructor(url: string) {
    super();
    this.redis = new Redis(url, {
      enableOfflineQueue: false,
      maxRetriesPerRequest: 1,
      commandTimeout: COMMAND_TIMEOUT_MS,
      connectTimeout: 500,
      disconnectTimeout: 200,
      retryStrategy: (attempt) => Math.min(2_000, 100 * attempt) * (0.5 + Math.random() / 2),
    });
    // ioredis wants a listener; each failure also shows in the connection's state.
    this.redis.on('error', (error: Error) => this.logger.debug(error.message));
    this.redis.on('ready', () => this.note(true));
    this.redis.on('close', () => this.note(false));
    // Its types are those of an older cache-manager; KeyvAdapter is made for exactly such stores.
    const store = redisInsStore(this.redis) as unknown as CacheManagerStore;
    this.keyv = new Keyv({ store: new KeyvAdapter(store), namespace: 'catalog' });
    this.keyv.on('error', () => {
      this.pausedUntil = Date.now() + PAUSE_AFTER_FAILURE_MS;
    });
  }

  override get reachable(): boolean {
    return this.redis.status === 'ready';
  }

  override get usable(): boolean {
    return this.reachable && Date.now() >= this.pausedUntil;
  }

  override async ping(): Promise<void> {
    await this.redis.ping();
  }

  override close(): void {
    this.redis.disconnect();
  }

  /** Every failed attempt to reconnect ends in another `close`; only a change is news. */
  private note(connected: boolean): void {
    if (connected === this.connected) return;
    this.connected = connected;
    if (connected) this.logger.log('The cache is connected.');
    else this.logger.warn('The cache is away: reads go to the database.');
  }
}

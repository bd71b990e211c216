import { type DynamicModule, Injectable, Module, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule, type ThrottlerStorage } from '@nestjs/throttler';
import { Counters, MemoryCounters } from './counters.js';
import { AddressLimitGuard, UserLimitGuard } from './limit.guards.js';
import { type LimitOptions, WINDOW_MS } from './limit-options.js';
import { RedisCounters } from './redis-counters.js';

type ThrottlerRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Our counters as the throttler's storage, and their health check. A used-up window refuses until it ends. */
@Injectable()
export class LimitStorage implements ThrottlerStorage, OnApplicationShutdown {
  constructor(private readonly counters: Counters) {}

  async increment(key: string, ttl: number, limit: number): Promise<ThrottlerRecord> {
    const { hits, msLeft } = await this.counters.increment(key, ttl);
    const seconds = Math.max(1, Math.ceil(msLeft / 1_000));
    return { totalHits: hits, timeToExpire: seconds, isBlocked: hits > limit, timeToBlockExpire: seconds };
  }

  /** Rejects while the shared counters are down. */
  ping(): Promise<void> {
    return this.counters.ping();
  }

  onApplicationShutdown(): void {
    this.counters.close();
  }
}

@Module({})
class LimitStorageModule {}
@Module({})
class AddressLimitModule {}
@Module({})
class UserLimitModule {}

/** Limits how often an address and a user may write or read private data; above that 429 with Retry-After. */
@Module({})
export class LimitsModule {
  /**
   * Nest runs global guards in the import order of their modules: addresses come before authentication, users after it.
   */
  static around(authentication: DynamicModule, options: LimitOptions): DynamicModule {
    const storage: DynamicModule = {
      module: LimitStorageModule,
      global: true,
      providers: [{ provide: LimitStorage, useFactory: () => new LimitStorage(countersFor(options)) }],
      exports: [LimitStorage],
    };
    const throttler = ThrottlerModule.forRootAsync({
      imports: [storage],
      inject: [LimitStorage],
      useFactory: (counted: LimitStorage) => ({
        storage: counted,
        throttlers: [
          { name: 'address', ttl: WINDOW_MS, limit: options.perAddress },
          { name: 'user', ttl: WINDOW_MS, limit: options.perUser },
        ],
      }),
    });
    return {
      module: LimitsModule,
      imports: [
        guarded(AddressLimitModule, AddressLimitGuard, throttler),
        authentication,
        guarded(UserLimitModule, UserLimitGuard, throttler),
      ],
    };
  }
}

function guarded(module: Type, guard: Type, throttler: DynamicModule): DynamicModule {
  return { module, imports: [throttler], providers: [{ provide: APP_GUARD, useClass: guard }] };
}

function countersFor({ redisUrl }: LimitOptions): Counters {
  const own = new MemoryCounters();
  return redisUrl === undefined ? own : new RedisCounters(redisUrl, own);
}

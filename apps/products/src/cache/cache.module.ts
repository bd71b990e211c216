import { CacheModule } from '@nestjs/cache-manager';
import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { AnswerStore } from './answer-store.js';
import { CatalogCache } from './catalog-cache.js';
import { MemoryStore } from './memory-store.js';
import { RedisStore } from './redis-store.js';
import { StoreCatalogCache } from './store-catalog-cache.js';

@Global()
@Module({})
class AnswerStoreModule implements OnApplicationShutdown {
  constructor(private readonly store: AnswerStore) {}

  onApplicationShutdown(): void {
    this.store.close();
  }
}

/** Provides `CatalogCache`: shared through Redis where there is one, otherwise in this process. */
@Module({})
export class CatalogCacheModule {
  static forRoot(redisUrl?: string): DynamicModule {
    return {
      module: CatalogCacheModule,
      global: true,
      imports: [
        {
          module: AnswerStoreModule,
          providers: [
            {
              provide: AnswerStore,
              useFactory: () => (redisUrl === undefined ? new MemoryStore() : new RedisStore(redisUrl)),
            },
          ],
          exports: [AnswerStore],
        },
        CacheModule.registerAsync({
          inject: [AnswerStore],
          useFactory: (store: AnswerStore) => ({ stores: [store.keyv] }),
        }),
      ],
      providers: [{ provide: CatalogCache, useClass: StoreCatalogCache }],
      exports: [CatalogCache],
    };
  }
}

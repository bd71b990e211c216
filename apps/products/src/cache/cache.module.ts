import { EntryStore, MemoryEntryStore, RedisEntryStore, RedisLink } from '@app/coherent-cache';
import { CacheModule } from '@nestjs/cache-manager';
import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type CacheManagerStore, KeyvAdapter } from 'cache-manager';
import { redisInsStore } from 'cache-manager-ioredis-yet';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { CACHE_PREFIX } from './cache-keys.js';
import { CatalogCache, type CatalogCacheLimits } from './catalog-cache.js';
import { KnownTotals } from './known-totals.js';
import { KnownValues } from './known-values.js';

export interface CatalogCacheOptions extends CatalogCacheLimits {
  /** Undefined: this process caches in its own memory. */
  redisUrl: string | undefined;
}

const MAX_VALUES = 10_000;
const PARTS = Symbol('where answers are cached');

/** The coherent cache's entries and cache-manager's values, on one connection. */
interface Parts {
  entries: EntryStore;
  values: Keyv;
}

function parts({ redisUrl }: CatalogCacheOptions): Parts {
  if (redisUrl === undefined) {
    return { entries: new MemoryEntryStore(), values: new Keyv({ store: new LRUCache({ max: MAX_VALUES }) }) };
  }
  const link = new RedisLink(redisUrl, CACHE_PREFIX);
  // The types are of an older cache-manager; KeyvAdapter is made for such stores.
  const store = new KeyvAdapter(redisInsStore(link.client) as unknown as CacheManagerStore);
  const values = new Keyv({ store, namespace: `${CACHE_PREFIX}-values` });
  // A failure counts as a miss.
  values.on('error', () => undefined);
  return { entries: new RedisEntryStore(link), values };
}

@Global()
@Module({})
class CachePartsModule implements OnApplicationShutdown {
  constructor(@Inject(PARTS) private readonly present: Parts) {}

  onApplicationShutdown(): void {
    this.present.entries.close();
  }
}

/** Provides `CatalogCache`, `KnownValues`, `KnownTotals` and `EntryStore`, shared through Redis if `redisUrl` is set. */
@Module({})
export class CatalogCacheModule {
  static forRoot(options: CatalogCacheOptions): DynamicModule {
    return {
      module: CatalogCacheModule,
      global: true,
      imports: [
        {
          module: CachePartsModule,
          providers: [
            { provide: PARTS, useFactory: () => parts(options) },
            { provide: EntryStore, inject: [PARTS], useFactory: ({ entries }: Parts) => entries },
          ],
          exports: [PARTS, EntryStore],
        },
        CacheModule.registerAsync({
          inject: [PARTS],
          useFactory: ({ values }: Parts) => ({ stores: [values] }),
        }),
      ],
      providers: [
        {
          provide: CatalogCache,
          inject: [EntryStore],
          useFactory: (store: EntryStore) => new CatalogCache(store, options),
        },
        KnownValues,
        KnownTotals,
      ],
      exports: [CatalogCache, KnownValues, KnownTotals],
    };
  }
}

import { AuditLog } from '@app/audit';
import { EntryStore, RedisEntryStore, RedisLink, RelayedEntryStore } from '@app/coherent-cache';
import { type DatabaseAccess, DatabaseModule } from '@app/database';
import { Clock, SystemClock } from '@app/kernel';
import { OutboxModule } from '@app/outbox';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CACHE_PREFIX } from './cache/cache-keys.js';
import { CatalogCache } from './cache/catalog-cache.js';
import { Invalidations } from './cache/invalidations.js';
import { KnownGroups } from './cache/known-groups.js';
import { productsDatabase } from './database/data-source.js';

/** What every operation on the catalog writes to: the database, the cache that it makes stale, and the audit log. */
@Module({})
export class OperationsStoresModule implements OnApplicationShutdown {
  constructor(@Inject(EntryStore) private readonly store: EntryStore) {}

  /** Without `redisUrl` the running service relays what the cache has to forget. */
  static forDatabase(access: DatabaseAccess, redisUrl: string | undefined): DynamicModule {
    const providers = [
      { provide: Clock, useClass: SystemClock },
      { provide: EntryStore, useFactory: () => storeAt(redisUrl) },
      {
        provide: CatalogCache,
        inject: [EntryStore],
        useFactory: (store: EntryStore) => new CatalogCache(store, { localTtlMs: 0, loadsAtOnce: 1 }),
      },
      ...[AuditLog, Invalidations, KnownGroups],
    ];
    return {
      module: OperationsStoresModule,
      imports: [
        DatabaseModule.forRoot(productsDatabase(access)),
        // The running service relays what is written here.
        OutboxModule.forRoot({
          destinations: { topic: () => Promise.resolve(), cache: () => Promise.resolve() },
          relayed: 'elsewhere',
        }),
      ],
      providers,
      exports: [Clock, EntryStore, CatalogCache, AuditLog, Invalidations, KnownGroups],
    };
  }

  onApplicationShutdown(): void {
    this.store.close();
  }
}

function storeAt(redisUrl: string | undefined): EntryStore {
  return redisUrl === undefined ? new RelayedEntryStore() : new RedisEntryStore(new RedisLink(redisUrl, CACHE_PREFIX));
}

import { AuditLog } from '@app/audit';
import { EntryStore, RedisEntryStore, RedisLink, RelayedEntryStore } from '@app/coherent-cache';
import { type DatabaseAccess, DatabaseModule } from '@app/database';
import { Clock, SystemClock } from '@app/kernel';
import { OutboxAdmin, OutboxModule } from '@app/outbox';
import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { BulkRepository } from './bulk/bulk.repository.js';
import { ProductExportService } from './bulk/product-export.service.js';
import { FILE_CURRENCY } from './bulk/product-file.js';
import { ProductImportService } from './bulk/product-import.service.js';
import { RecordRules } from './bulk/record-rules.js';
import { CacheAdmin } from './cache/cache-admin.js';
import { CACHE_PREFIX } from './cache/cache-keys.js';
import { CatalogCache } from './cache/catalog-cache.js';
import { KnownGroups } from './cache/known-groups.js';
import { Invalidations } from './cache/invalidations.js';
import { productsDatabase } from './database/data-source.js';
import { InventoryAuditRepository } from './operations/inventory-audit.repository.js';
import { InventoryAuditService } from './operations/inventory-audit.service.js';
import { InventoryRepository } from './stock/inventory.repository.js';
import { StockLedger } from './stock/stock-ledger.js';
import { ProductWordsRepository } from './catalog/product-words.repository.js';

export { ProductExportService } from './bulk/product-export.service.js';
export { openProductFile } from './bulk/open-product-file.js';
export { FILE_FORMATS, type FileFormat, type ProductFile } from './bulk/product-file.js';
export { type Counts, ProductImportService, type Rejected } from './bulk/product-import.service.js';
export { CacheAdmin } from './cache/cache-admin.js';
export { productsDatabase } from './database/data-source.js';
export { InventoryAuditService } from './operations/inventory-audit.service.js';

/** What operators do with the catalog: the services on their database, without any of their doors. */
@Module({})
export class ProductsOperationsModule implements OnApplicationShutdown {
  constructor(@Inject(EntryStore) private readonly store: EntryStore) {}

  /** `currency` is the stage's: without it nobody knows what a price in a file means. */
  static forDatabase(access: DatabaseAccess, redisUrl: string | undefined, currency: string): DynamicModule {
    return {
      module: ProductsOperationsModule,
      imports: [
        DatabaseModule.forRoot(productsDatabase(access)),
        // The running service relays what is written here.
        OutboxModule.forRoot({
          destinations: { topic: () => Promise.resolve(), cache: () => Promise.resolve() },
          relayed: 'elsewhere',
        }),
      ],
      providers: [
        { provide: Clock, useClass: SystemClock },
        {
          provide: EntryStore,
          useFactory: () => storeAt(redisUrl),
        },
        {
          provide: CacheAdmin,
          useFactory: () => new CacheAdmin(redisUrl),
        },
        {
          provide: CatalogCache,
          inject: [EntryStore],
          useFactory: (store: EntryStore) => new CatalogCache(store, { localTtlMs: 0, loadsAtOnce: 1 }),
        },
        { provide: FILE_CURRENCY, useValue: currency },
        AuditLog,
        OutboxAdmin,
        BulkRepository,
        ...[InventoryAuditRepository, InventoryAuditService],
        InventoryRepository,
        ...[Invalidations, KnownGroups],
        ProductExportService,
        ProductImportService,
        RecordRules,
        ProductWordsRepository,
        StockLedger,
      ],
    };
  }

  onApplicationShutdown(): void {
    this.store.close();
  }
}

function storeAt(redisUrl: string | undefined): EntryStore {
  return redisUrl === undefined ? new RelayedEntryStore() : new RedisEntryStore(new RedisLink(redisUrl, CACHE_PREFIX));
}

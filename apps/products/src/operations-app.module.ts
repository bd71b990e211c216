import type { DatabaseAccess } from '@app/database';
import { OutboxAdmin } from '@app/outbox';
import { type DynamicModule, Module } from '@nestjs/common';
import { BulkRepository } from './bulk/bulk.repository.js';
import { ProductExportService } from './bulk/product-export.service.js';
import { FILE_CURRENCY } from './bulk/product-file.js';
import { ProductImportService } from './bulk/product-import.service.js';
import { RecordRules } from './bulk/record-rules.js';
import { CacheAdmin } from './cache/cache-admin.js';
import { ProductWordsRepository } from './catalog/product-words.repository.js';
import { InventoryAuditRepository } from './operations/inventory-audit.repository.js';
import { InventoryAuditService } from './operations/inventory-audit.service.js';
import { OperationsStoresModule } from './operations-stores.module.js';
import { InventoryRepository } from './stock/inventory.repository.js';
import { StockLedger } from './stock/stock-ledger.js';

export { ProductExportService } from './bulk/product-export.service.js';
export { openProductFile } from './bulk/open-product-file.js';
export { FILE_FORMATS, type FileFormat, type ProductFile } from './bulk/product-file.js';
export { type Counts, ProductImportService, type Rejected } from './bulk/product-import.service.js';
export { CacheAdmin } from './cache/cache-admin.js';
export { productsDatabase } from './database/data-source.js';
export { InventoryAuditService } from './operations/inventory-audit.service.js';

/** What operators do with the catalog: the services on their database, without any of their doors. */
@Module({})
export class ProductsOperationsModule {
  /** `currency` is the stage's: without it nobody knows what a price in a file means. */
  static forDatabase(access: DatabaseAccess, redisUrl: string | undefined, currency: string): DynamicModule {
    return {
      module: ProductsOperationsModule,
      imports: [OperationsStoresModule.forDatabase(access, redisUrl)],
      providers: [
        { provide: CacheAdmin, useFactory: () => new CacheAdmin(redisUrl) },
        { provide: FILE_CURRENCY, useValue: currency },
        OutboxAdmin,
        BulkRepository,
        ...[InventoryAuditRepository, InventoryAuditService],
        InventoryRepository,
        ProductExportService,
        ProductImportService,
        RecordRules,
        ProductWordsRepository,
        StockLedger,
      ],
    };
  }
}

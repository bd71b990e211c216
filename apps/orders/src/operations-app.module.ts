import { AuditLog } from '@app/audit';
import { type DatabaseAccess, DatabaseModule } from '@app/database';
import { Clock, SystemClock } from '@app/kernel';
import { OutboxAdmin } from '@app/outbox';
import { type DynamicModule, Module } from '@nestjs/common';
import { ordersDatabase } from './database/data-source.js';
import { CartsRepository } from './carts/carts.repository.js';
import { CartsAdminRepository } from './operations/carts-admin.repository.js';
import { CartsAdminService } from './operations/carts-admin.service.js';
import { OrderAddresseesRepository } from './operations/order-addressees.repository.js';
import { PartsAdminRepository } from './operations/parts-admin.repository.js';
import { PartsAdminService } from './operations/parts-admin.service.js';
import { TaxImportService } from './pricing/tax-import.service.js';
import { TaxRatesRepository } from './pricing/tax-rates.repository.js';

export { type Cart, CART_STATUSES, type CartStatus } from './carts/cart.entity.js';
export { ordersDatabase } from './database/data-source.js';
export { CartsAdminService } from './operations/carts-admin.service.js';
export { OrderAddresseesRepository } from './operations/order-addressees.repository.js';
export type { PartFilter } from './operations/parts-admin.repository.js';
export { PartsAdminService } from './operations/parts-admin.service.js';
export { SHIPMENT_STATUSES, type ShipmentStatus } from './orders/shipment-status.js';
export { RETURN_STATUSES, type ReturnStatus } from './returns/return-status.js';
export type { TaxFields } from './pricing/tax-fields.js';
export { MAX_TAX_FILE, readTaxFile } from './pricing/tax-file.js';
export { countsOf, TaxImportService } from './pricing/tax-import.service.js';
export type { TaxPlan } from './pricing/tax-plan.js';
export { TaxRatesRepository } from './pricing/tax-rates.repository.js';

/** What operators do with orders: their outbox, to whom an e-mail about one goes, carts, shipments, returns, and the rates of tax. */
@Module({})
export class OrdersOperationsModule {
  static forDatabase(access: DatabaseAccess): DynamicModule {
    return {
      module: OrdersOperationsModule,
      imports: [DatabaseModule.forRoot(ordersDatabase(access))],
      providers: [
        { provide: Clock, useClass: SystemClock },
        ...[AuditLog, OutboxAdmin, OrderAddresseesRepository, TaxImportService, TaxRatesRepository],
        ...[CartsRepository, CartsAdminRepository, CartsAdminService],
        ...[PartsAdminRepository, PartsAdminService],
      ],
    };
  }
}

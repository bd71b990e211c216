import { AuditLog } from '@app/audit';
import { type DatabaseAccess, DatabaseModule } from '@app/database';
import { Clock, SystemClock } from '@app/kernel';
import { OutboxAdmin } from '@app/outbox';
import { type DynamicModule, Module } from '@nestjs/common';
import { ordersDatabase } from './database/data-source.js';
import { OrderAddresseesRepository } from './operations/order-addressees.repository.js';

export { ordersDatabase } from './database/data-source.js';
export { OrderAddresseesRepository } from './operations/order-addressees.repository.js';

/** What operators do with orders: their outbox, and to whom an e-mail about one goes. */
@Module({})
export class OrdersOperationsModule {
  static forDatabase(access: DatabaseAccess): DynamicModule {
    return {
      module: OrdersOperationsModule,
      imports: [DatabaseModule.forRoot(ordersDatabase(access))],
      providers: [{ provide: Clock, useClass: SystemClock }, AuditLog, OutboxAdmin, OrderAddresseesRepository],
    };
  }
}

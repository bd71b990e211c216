import { AuditLog } from '@app/audit';
import { type DatabaseAccess, DatabaseModule, type DatabaseOptions } from '@app/database';
import { Clock, SystemClock } from '@app/kernel';
import { OutboxAdmin } from '@app/outbox';
import { type DynamicModule, Module } from '@nestjs/common';
import { notifierDatabase } from '../../../notifier/src/operations-app.module.js';
import { ordersDatabase } from '../../../orders/src/operations-app.module.js';
import { productsDatabase } from '../../../products/src/operations-app.module.js';
import { usersDatabase } from '../../../users/src/operations-app.module.js';
import type { ServiceName } from './place.js';

export const DATABASES: Readonly<Record<ServiceName, (access: DatabaseAccess) => DatabaseOptions>> = {
  users: usersDatabase,
  products: productsDatabase,
  orders: ordersDatabase,
  notifier: notifierDatabase,
};

/** What every service's database has for operators: its outbox and its audit log. */
@Module({})
export class ServiceOperationsModule {
  static forService(service: ServiceName, access: DatabaseAccess): DynamicModule {
    return {
      module: ServiceOperationsModule,
      imports: [DatabaseModule.forRoot(DATABASES[service](access))],
      providers: [{ provide: Clock, useClass: SystemClock }, AuditLog, OutboxAdmin],
    };
  }
}

import { AuditLog } from '@app/audit';
import { type DatabaseAccess, DatabaseModule } from '@app/database';
import { Clock, SystemClock } from '@app/kernel';
import { OutboxAdmin } from '@app/outbox';
import { type DynamicModule, Module } from '@nestjs/common';
import { databaseOf } from '../../../data-sources.js';
import type { ServiceName } from '../../../manifests.js';

/** What every service's database has for operators: its outbox and its audit log. */
@Module({})
export class ServiceOperationsModule {
  static async forService(service: ServiceName, access: DatabaseAccess): Promise<DynamicModule> {
    return {
      module: ServiceOperationsModule,
      imports: [DatabaseModule.forRoot(await databaseOf(service, access))],
      providers: [{ provide: Clock, useClass: SystemClock }, AuditLog, OutboxAdmin],
    };
  }
}

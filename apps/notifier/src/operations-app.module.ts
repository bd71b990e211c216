import { AuditLog } from '@app/audit';
import { type DatabaseAccess, DatabaseModule } from '@app/database';
import { Clock, SystemClock } from '@app/kernel';
import { type DynamicModule, Module } from '@nestjs/common';
import { notifierDatabase } from './database/data-source.js';
import { EmailLedger, LedgerSettings } from './notifications/email-ledger.js';
import { EmailsRepository } from './notifications/emails.repository.js';
import { StrangerLimits } from './notifications/stranger-limits.js';
import { EmailsAdminService } from './operations/emails-admin.service.js';
import { EmailsAdminRepository } from './operations/emails-admin.repository.js';

export { notifierDatabase } from './database/data-source.js';
export { EMAIL_STATUSES, type EmailStatus } from './notifications/email.entity.js';
export { EmailsAdminRepository } from './operations/emails-admin.repository.js';
export { EmailsAdminService } from './operations/emails-admin.service.js';

/** What operators do with e-mails: the ledger on its database, without queue and mailer. */
@Module({})
export class NotifierOperationsModule {
  /** `addressHashKey` is the service's FINGERPRINT_KEY. */
  static forDatabase(access: DatabaseAccess, addressHashKey: string): DynamicModule {
    return {
      module: NotifierOperationsModule,
      imports: [DatabaseModule.forRoot(notifierDatabase(access))],
      providers: [
        { provide: Clock, useClass: SystemClock },
        { provide: LedgerSettings, useValue: new LedgerSettings(addressHashKey) },
        AuditLog,
        EmailLedger,
        EmailsAdminService,
        EmailsAdminRepository,
        EmailsRepository,
        StrangerLimits,
      ],
    };
  }
}

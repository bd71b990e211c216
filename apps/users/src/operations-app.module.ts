import { AuditLog } from '@app/audit';
import { type DatabaseAccess, DatabaseModule } from '@app/database';
import { IdempotencyModule } from '@app/idempotency';
import { Clock, SystemClock } from '@app/kernel';
import { OutboxAdmin, OutboxModule } from '@app/outbox';
import { type DynamicModule, Module } from '@nestjs/common';
import { AccountTokensRepository } from './tokens/account-tokens.repository.js';
import { AccountTokensService } from './tokens/account-tokens.service.js';
import { MailLimitsService } from './tokens/mail-limits.service.js';
import { Passwords } from './credentials/passwords.js';
import { ServerSecret } from './credentials/secrets.js';
import { WindowCountsRepository } from './credentials/window-counts.repository.js';
import { usersDatabase } from './database/data-source.js';
import { UserEvents } from './accounts/user-events.js';
import { UsersRepository } from './accounts/users.repository.js';
import { UsersService } from './users/users.service.js';

export { usersDatabase } from './database/data-source.js';
export { rotateKeys, type Rotation } from './keys/key-rotation.js';
export { CreateUserDto } from './users/dto/create-user.dto.js';
export { UsersService } from './users/users.service.js';

/** What operators do with accounts: the service on its database, without any of its doors. */
@Module({})
export class UsersOperationsModule {
  static forDatabase(access: DatabaseAccess): DynamicModule {
    return {
      module: UsersOperationsModule,
      imports: [
        DatabaseModule.forRoot(usersDatabase(access)),
        // No request has a key here.
        IdempotencyModule.forRoot({ fingerprintKey: '' }),
        // The running service relays what is written here.
        OutboxModule.forRoot({ destinations: { topic: () => Promise.resolve() }, relayed: 'elsewhere' }),
      ],
      providers: [
        { provide: Clock, useClass: SystemClock },
        AuditLog,
        OutboxAdmin,
        AccountTokensService,
        AccountTokensRepository,
        MailLimitsService,
        WindowCountsRepository,
        { provide: ServerSecret, useValue: { value: '' } satisfies ServerSecret },
        Passwords,
        UserEvents,
        UsersRepository,
        UsersService,
      ],
    };
  }
}

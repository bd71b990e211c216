import { loadConfig } from '@app/config';
import { Module } from '@nestjs/common';
import { KeySetStore } from './keys/key-set-store.js';
import { KeysCommand, RotateKeysCommand } from './keys/rotate-keys.command.js';
import { OpsConfig } from './ops.config.js';
import { CreateAdminCommand, UsersCommand } from './users/create-admin.command.js';
import { PasswordQuestion } from './users/password.question.js';

/** The operators' command line. A command composes what it needs only when it runs. */
@Module({
  providers: [
    { provide: OpsConfig, useFactory: () => loadConfig(OpsConfig) },
    KeySetStore,
    KeysCommand,
    RotateKeysCommand,
    UsersCommand,
    CreateAdminCommand,
    PasswordQuestion,
  ],
})
export class OpsAppModule {}

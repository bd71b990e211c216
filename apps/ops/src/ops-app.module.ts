import { loadConfig } from '@app/config';
import { Module } from '@nestjs/common';
import { Operator } from './context/operator.js';
import { Place } from './context/place.js';
import { KeySetStore } from './keys/key-set-store.js';
import { KeysCommand, RotateKeysCommand } from './keys/rotate-keys.command.js';
import { OpsConfig } from './ops.config.js';
import { ExportProductsCommand } from './products/export.command.js';
import { ImportProductsCommand, ProductsCommand } from './products/import.command.js';
import { CreateAdminCommand, UsersCommand } from './users/create-admin.command.js';
import { PasswordQuestion } from './users/password.question.js';

/** The operators' command line. A command composes what it needs only when it runs. */
@Module({
  providers: [
    { provide: OpsConfig, useFactory: () => loadConfig(OpsConfig) },
    Operator,
    Place,
    KeySetStore,
    KeysCommand,
    RotateKeysCommand,
    UsersCommand,
    CreateAdminCommand,
    PasswordQuestion,
    ProductsCommand,
    ImportProductsCommand,
    ExportProductsCommand,
  ],
})
export class OpsAppModule {}

import { loadConfig } from '@app/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { AuditCommand, ListAuditCommand } from './audit/audit.commands.js';
import { CacheCommand, CacheStatsCommand, ClearCacheCommand } from './cache/cache.commands.js';
import { LocalPlace } from './context/local-place.js';
import { Operator } from './context/operator.js';
import { Place } from './context/place.js';
import { StagePlace } from './context/stage-place.js';
import {
  DeadLettersCommand,
  ListDeadLettersCommand,
  RedriveCommand,
  ShowDeadLetterCommand,
} from './dlq/dlq.commands.js';
import { EmailsCommand, ListEmailsCommand, ResendEmailCommand, ShowEmailCommand } from './emails/emails.commands.js';
import { Notifier } from './emails/notifier.js';
import { Resending } from './emails/resending.js';
import { KeySetStore } from './keys/key-set-store.js';
import { KeysCommand, RotateKeysCommand } from './keys/rotate-keys.command.js';
import {
  MigrateCommand,
  MigrateDownCommand,
  MigrateUpCommand,
  MigrationStatusCommand,
} from './migrate/migrate.commands.js';
import { OpsConfig } from './ops.config.js';
import { ListOutboxCommand, OutboxCommand, ParkOutboxCommand, RetryOutboxCommand } from './outbox/outbox.commands.js';
import { ExportProductsCommand } from './products/export.command.js';
import { ImportProductsCommand, ProductsCommand } from './products/import.command.js';
import {
  AddSuppressionCommand,
  ListSuppressionsCommand,
  RemoveSuppressionCommand,
  SuppressionsCommand,
} from './suppressions/suppressions.commands.js';
import { CreateAdminCommand, UsersCommand } from './users/create-admin.command.js';
import { PasswordQuestion } from './users/password.question.js';

const COMMANDS = [
  ...[AuditCommand, ListAuditCommand],
  ...[CacheCommand, CacheStatsCommand, ClearCacheCommand],
  ...[DeadLettersCommand, ListDeadLettersCommand, ShowDeadLetterCommand, RedriveCommand],
  ...[EmailsCommand, ListEmailsCommand, ShowEmailCommand, ResendEmailCommand],
  ...[KeysCommand, RotateKeysCommand],
  ...[MigrateCommand, MigrationStatusCommand, MigrateUpCommand, MigrateDownCommand],
  ...[OutboxCommand, ListOutboxCommand, RetryOutboxCommand, ParkOutboxCommand],
  ...[ProductsCommand, ImportProductsCommand, ExportProductsCommand],
  ...[SuppressionsCommand, ListSuppressionsCommand, AddSuppressionCommand, RemoveSuppressionCommand],
  ...[UsersCommand, CreateAdminCommand, PasswordQuestion],
];

/** The operators' command line. A command composes what it needs only when it runs. */
@Module({})
export class OpsAppModule {
  /** On the data of `npm start`, or on a stage. */
  static at(stage: string | undefined): DynamicModule {
    const place = (config: OpsConfig) => (stage === undefined ? new LocalPlace(config) : new StagePlace(stage, config));
    return {
      module: OpsAppModule,
      providers: [
        { provide: OpsConfig, useFactory: () => loadConfig(OpsConfig) },
        { provide: Place, inject: [OpsConfig], useFactory: place },
        ...[KeySetStore, Notifier, Operator, Resending],
        ...COMMANDS,
      ],
    };
  }
}

import { loadConfig } from '@app/config';
import { type DynamicModule, Module } from '@nestjs/common';
import { InjectCommander } from 'nest-commander';
import { AuditCommand, ListAuditCommand } from './audit/audit.commands.js';
import { CacheCommand, CacheStatsCommand, ClearCacheCommand } from './cache/cache.commands.js';
import { CartsCommand, ExpireCartCommand, ListCartsCommand, ShowCartCommand } from './carts/carts.commands.js';
import { EXIT_HELP } from './context/exit.js';
import { LocalPlace } from './context/local-place.js';
import { Operator } from './context/operator.js';
import { Output } from './context/output.js';
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
import { AuditInventoryCommand, InventoryCommand } from './inventory/inventory.commands.js';
import { KeySetStore } from './keys/key-set-store.js';
import { KeysCommand, RotateKeysCommand } from './keys/rotate-keys.command.js';
import {
  MigrateCommand,
  MigrateDownCommand,
  MigrateUpCommand,
  MigrationStatusCommand,
  UndoQuestion,
} from './migrate/migrate.commands.js';
import { OpsConfig } from './ops.config.js';
import { ListOutboxCommand, OutboxCommand, ParkOutboxCommand, RetryOutboxCommand } from './outbox/outbox.commands.js';
import {
  ListPaymentsCommand,
  PaymentsCommand,
  RefreshPaymentCommand,
  ShowPaymentCommand,
} from './payments/payments.commands.js';
import { Payments } from './payments/payments.js';
import { ReconcileCommand } from './payments/reconcile.command.js';
import { RefundPaymentCommand, RefundQuestion } from './payments/refund.command.js';
import { ExportProductsCommand } from './products/export.command.js';
import { ImportProductsCommand, ProductsCommand } from './products/import.command.js';
import {
  ListProviderEventsCommand,
  ProviderEventsCommand,
  ReplayProviderEventsCommand,
} from './provider-events/provider-events.commands.js';
import { ListReturnsCommand, ReturnsCommand, ShowReturnCommand } from './returns/returns.commands.js';
import { ListShipmentsCommand, ShipmentsCommand, ShowShipmentCommand } from './shipments/shipments.commands.js';
import {
  AddSuppressionCommand,
  ListSuppressionsCommand,
  RemoveSuppressionCommand,
  SuppressionsCommand,
} from './suppressions/suppressions.commands.js';
import { ImportTaxCommand, ListTaxCommand, TaxCommand } from './tax/tax.commands.js';
import { CreateAdminCommand, UsersCommand } from './users/create-admin.command.js';
import { PasswordQuestion } from './users/password.question.js';

const COMMANDS = [
  ...[AuditCommand, ListAuditCommand],
  ...[CacheCommand, CacheStatsCommand, ClearCacheCommand],
  ...[CartsCommand, ListCartsCommand, ShowCartCommand, ExpireCartCommand],
  ...[DeadLettersCommand, ListDeadLettersCommand, ShowDeadLetterCommand, RedriveCommand],
  ...[EmailsCommand, ListEmailsCommand, ShowEmailCommand, ResendEmailCommand],
  ...[InventoryCommand, AuditInventoryCommand],
  ...[KeysCommand, RotateKeysCommand],
  ...[MigrateCommand, MigrationStatusCommand, MigrateUpCommand, MigrateDownCommand, UndoQuestion],
  ...[OutboxCommand, ListOutboxCommand, RetryOutboxCommand, ParkOutboxCommand],
  ...[PaymentsCommand, ListPaymentsCommand, ShowPaymentCommand, RefreshPaymentCommand],
  ...[ReconcileCommand, RefundPaymentCommand, RefundQuestion],
  ...[ProductsCommand, ImportProductsCommand, ExportProductsCommand],
  ...[ProviderEventsCommand, ListProviderEventsCommand, ReplayProviderEventsCommand],
  ...[ReturnsCommand, ListReturnsCommand, ShowReturnCommand],
  ...[ShipmentsCommand, ListShipmentsCommand, ShowShipmentCommand],
  ...[SuppressionsCommand, ListSuppressionsCommand, AddSuppressionCommand, RemoveSuppressionCommand],
  ...[TaxCommand, ListTaxCommand, ImportTaxCommand],
  ...[UsersCommand, CreateAdminCommand, PasswordQuestion],
];

interface Program {
  name(text: string): Program;
  addHelpText(position: 'after', text: string): Program;
}

/** The operators' command line. A command composes what it needs only when it runs. */
@Module({})
export class OpsAppModule {
  constructor(@InjectCommander() program: Program) {
    program.name('npm run -s ops --').addHelpText('after', EXIT_HELP);
  }

  /** On the data of `npm start`, or on a stage. */
  static at(stage: string | undefined, output: Output): DynamicModule {
    const place = (config: OpsConfig) => (stage === undefined ? new LocalPlace(config) : new StagePlace(stage, config));
    return {
      module: OpsAppModule,
      providers: [
        { provide: OpsConfig, useFactory: () => loadConfig(OpsConfig) },
        { provide: Place, inject: [OpsConfig], useFactory: place },
        { provide: Output, useValue: output },
        ...[KeySetStore, Notifier, Operator, Payments, Resending],
        ...COMMANDS,
      ],
    };
  }
}

import { AuditLog } from '@app/audit';
import { type DatabaseAccess, DatabaseModule } from '@app/database';
import { Clock, SystemClock } from '@app/kernel';
import { type AwsOptions, commandClient, Commands } from '@app/messaging';
import { OutboxModule } from '@app/outbox';
import { Metrics, NoMetrics } from '@app/telemetry';
import { type DynamicModule, Module } from '@nestjs/common';
import { paymentsDatabase } from './database/data-source.js';
import { PaymentsAdminRepository } from './operations/payments-admin.repository.js';
import { PaymentsAdminService } from './operations/payments-admin.service.js';
import { ProviderEventsAdminRepository } from './operations/provider-events-admin.repository.js';
import { ProviderEventsAdminService } from './operations/provider-events-admin.service.js';
import { ReconciliationAdminService } from './operations/reconciliation-admin.service.js';
import { RefundsAdminService } from './operations/refunds-admin.service.js';
import { LedgerRepository } from './payments/ledger.repository.js';
import { PaymentAttempts } from './payments/payment-attempts.js';
import { PaymentEvents } from './payments/payment-events.js';
import { PaymentSync } from './payments/payment-sync.js';
import { PaymentWriter } from './payments/payment-writer.js';
import { PaymentsRepository } from './payments/payments.repository.js';
import { PaymentsSettings } from './payments.settings.js';
import { ProviderEventsRepository } from './provider-events/provider-events.repository.js';
import { ProviderEventsService } from './provider-events/provider-events.service.js';
import { ProviderEventsSweeper } from './provider-events/provider-events.sweeper.js';
import { ProviderObjects } from './provider-events/provider-objects.js';
import { EventVerifier } from './providers/event-verifier.js';
import { MissingPaymentProvider } from './providers/missing-payment-provider.js';
import { PaymentProvider } from './providers/payment-provider.js';
import { RemotePaymentProvider } from './providers/remote-payment-provider.js';
import { StripeEventVerifier } from './providers/stripe-event-verifier.js';
import { type StripeOptions, StripePaymentProvider } from './providers/stripe-payment-provider.js';
import { ProviderCursorsRepository } from './reconciliation/provider-cursors.repository.js';
import { ReconciliationSweeper } from './reconciliation/reconciliation.sweeper.js';
import { RefundRequests } from './refunds/refund-requests.js';
import { RefundSender } from './refunds/refund-sender.js';
import { RefundsRepository } from './refunds/refunds.repository.js';

export { type PaymentDetails, PaymentsAdminService } from './operations/payments-admin.service.js';
export { ProviderEventsAdminService, type Replayed } from './operations/provider-events-admin.service.js';
export { ReconciliationAdminService, type Reconciled } from './operations/reconciliation-admin.service.js';
export { RefundsAdminService } from './operations/refunds-admin.service.js';
export { toEntryResponse } from './payments/dto/entry-response.dto.js';
export { toPaymentResponse } from './payments/dto/payment-response.dto.js';
export type { PaymentFilter } from './payments/payment-list.js';
export { PAYMENT_STATUSES, type PaymentStatus } from './payments/payment-status.js';
export type { Payment } from './payments/payment.entity.js';
export { REFUND_REASONS, type RefundReason } from './payments/refund-status.js';
export { EVENT_OUTCOMES, type EventOutcome } from './provider-events/provider-event.entity.js';
export { toRefundResponse } from './refunds/dto/refund-response.dto.js';

/** How an operator asks the provider: with its key, or through the function of a stage, which has it. */
export type ProviderAccess = Omit<StripeOptions, 'createTimeoutMs'> | ({ address: string } & AwsOptions);

/** An operator waits for the provider as long as it takes. */
const TIMEOUT_MS = 8_000;

const PROVIDERS = [
  AuditLog,
  LedgerRepository,
  PaymentAttempts,
  PaymentEvents,
  PaymentSync,
  PaymentWriter,
  PaymentsAdminRepository,
  PaymentsAdminService,
  PaymentsRepository,
  ProviderCursorsRepository,
  ProviderEventsAdminRepository,
  ProviderEventsAdminService,
  ProviderEventsRepository,
  ProviderEventsService,
  ProviderEventsSweeper,
  ProviderObjects,
  ReconciliationAdminService,
  ReconciliationSweeper,
  RefundRequests,
  RefundsAdminService,
  RefundSender,
  RefundsRepository,
];

/** What operators do with payments: the services on their database and provider, without any of their doors. */
@Module({})
export class PaymentsOperationsModule {
  /** Without a provider only what is stored can be read. */
  static forDatabase(access: DatabaseAccess, stage: string, provider?: ProviderAccess): DynamicModule {
    // Operators start no payments and sweep nothing at intervals.
    const settings: PaymentsSettings = { stage, capture: 'automatic', reconciliationMs: 0 };
    return {
      module: PaymentsOperationsModule,
      imports: [
        DatabaseModule.forRoot(paymentsDatabase(access)),
        // The running service relays what is written here.
        OutboxModule.forRoot({ destinations: { topic: () => Promise.resolve() }, relayed: 'elsewhere' }),
      ],
      providers: [
        { provide: Clock, useClass: SystemClock },
        { provide: Metrics, useClass: NoMetrics },
        { provide: PaymentsSettings, useValue: settings },
        { provide: PaymentProvider, useFactory: () => providerAt(provider) },
        // No event comes in here.
        { provide: EventVerifier, inject: [Clock], useFactory: (clock: Clock) => new StripeEventVerifier([], clock) },
        ...PROVIDERS,
      ],
    };
  }
}

function providerAt(access: ProviderAccess | undefined): PaymentProvider {
  if (!access) return new MissingPaymentProvider();
  if ('address' in access)
    return new RemotePaymentProvider(new Commands(commandClient(access.address, access)), TIMEOUT_MS);
  return new StripePaymentProvider({ ...access, createTimeoutMs: TIMEOUT_MS });
}

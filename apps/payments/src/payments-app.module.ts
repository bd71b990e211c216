import { databaseAccess } from '@app/config';
import { Database } from '@app/database';
import { Clock } from '@app/kernel';
import { commandClient, Commands } from '@app/messaging';
import { commandsOf, defineApi, type Observed } from '@app/service';
import { Metrics } from '@app/telemetry';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { paymentsDatabase } from './database/data-source.js';
import { LedgerRepository } from './payments/ledger.repository.js';
import { NewPayments } from './payments/new-payments.js';
import { OrdersClient } from './payments/orders.client.js';
import { PaymentAttempts } from './payments/payment-attempts.js';
import { PaymentEvents } from './payments/payment-events.js';
import { PaymentStartService } from './payments/payment-start.service.js';
import { PaymentStepsController } from './payments/payment-steps.controller.js';
import { PaymentStepsService } from './payments/payment-steps.service.js';
import { PaymentSync } from './payments/payment-sync.js';
import { PaymentWriter } from './payments/payment-writer.js';
import { PaymentsController } from './payments/payments.controller.js';
import { PaymentsRepository } from './payments/payments.repository.js';
import { PaymentsService } from './payments/payments.service.js';
import { PaymentsConfig, type PspConfig } from './payments.config.js';
import { manifest } from './payments.manifest.js';
import { PaymentsSettings } from './payments.settings.js';
import { ProviderEventsController } from './provider-events/provider-events.controller.js';
import { ProviderEventsRepository } from './provider-events/provider-events.repository.js';
import { ProviderEventsService } from './provider-events/provider-events.service.js';
import { ProviderEventsSweeper } from './provider-events/provider-events.sweeper.js';
import { ProviderObjects } from './provider-events/provider-objects.js';
import { EventVerifier } from './providers/event-verifier.js';
import { LoggedEventVerifier } from './providers/logged-event-verifier.js';
import { LoggedPaymentProvider } from './providers/logged-payment-provider.js';
import { MissingPaymentProvider } from './providers/missing-payment-provider.js';
import { PaymentProvider } from './providers/payment-provider.js';
import { RemotePaymentProvider } from './providers/remote-payment-provider.js';
import { StripeEventVerifier } from './providers/stripe-event-verifier.js';
import { StripePaymentProvider } from './providers/stripe-payment-provider.js';
import { LateRefunds } from './reconciliation/late-refunds.js';
import { OrderEventsController } from './reconciliation/order-events.controller.js';
import { OrderEventsService } from './reconciliation/order-events.service.js';
import { OrderSettlement } from './reconciliation/order-settlement.js';
import { PaidByHand } from './reconciliation/paid-by-hand.js';
import { PaymentChecks } from './reconciliation/payment-checks.js';
import { PaymentChecksSweeper } from './reconciliation/payment-checks.sweeper.js';
import { ProviderCursorsRepository } from './reconciliation/provider-cursors.repository.js';
import { ReconciliationSweeper } from './reconciliation/reconciliation.sweeper.js';
import { watchPayments } from './reconciliation/watch-payments.js';
import { RefundRequests } from './refunds/refund-requests.js';
import { RefundSender } from './refunds/refund-sender.js';
import { RefundsController } from './refunds/refunds.controller.js';
import { RefundsRepository } from './refunds/refunds.repository.js';
import { RefundsService } from './refunds/refunds.service.js';
import { RefundsSweeper } from './refunds/refunds.sweeper.js';

export type { Payment } from './payments/payment.entity.js';
export { LedgerRepository, PaymentsRepository, ProviderEventsRepository };

/** Milliseconds between two looks at what is due. What comes by an event or a request is looked after at once. */
const DUE_MS = 5_000;

const PROVIDERS = [
  LateRefunds,
  LedgerRepository,
  NewPayments,
  OrderEventsService,
  OrderSettlement,
  PaidByHand,
  PaymentAttempts,
  PaymentChecks,
  PaymentChecksSweeper,
  PaymentEvents,
  PaymentStartService,
  PaymentStepsService,
  PaymentSync,
  PaymentWriter,
  PaymentsRepository,
  PaymentsService,
  ProviderCursorsRepository,
  ProviderEventsRepository,
  ProviderEventsService,
  ProviderEventsSweeper,
  ProviderObjects,
  ReconciliationSweeper,
  RefundRequests,
  RefundSender,
  RefundsRepository,
  RefundsService,
  RefundsSweeper,
];

@Global()
@Module({})
class PaymentsAppModule {
  static forConfig(config: PaymentsConfig, { metrics, logger }: Observed): DynamicModule {
    return {
      module: PaymentsAppModule,
      controllers: [
        PaymentsController,
        PaymentStepsController,
        RefundsController,
        ProviderEventsController,
        OrderEventsController,
      ],
      providers: [
        { provide: Metrics, useValue: metrics },
        { provide: PaymentsSettings, useValue: settingsOf(config) },
        {
          provide: OrdersClient,
          inject: [commandsOf('orders')],
          useFactory: (orders: Commands) => new OrdersClient(orders),
        },
        { provide: PaymentProvider, useFactory: () => new LoggedPaymentProvider(providerOf(config), logger) },
        {
          provide: EventVerifier,
          inject: [Clock],
          useFactory: (clock: Clock) => new LoggedEventVerifier(verifier(config, clock), logger),
        },
        ...PROVIDERS,
      ],
    };
  }
}

const settingsOf = (config: PaymentsConfig): PaymentsSettings => ({
  stage: config.STAGE,
  capture: config.CAPTURE,
  reconciliationMs: config.RECONCILIATION_INTERVAL,
});

function providerOf(config: PaymentsConfig): PaymentProvider {
  const { PSP_COMMANDS: address, AWS_REGION: region, AWS_ENDPOINT_URL: endpoint, COMMANDS_SECRET: secret } = config;
  if (address === undefined) return stripeOf(config);
  const { answers } = manifest.onAws.functions.psp.outside;
  const commands = new Commands(commandClient(address, { region, endpoint, secret }), answers);
  return new RemotePaymentProvider(commands, config.PROVIDER_TIMEOUT);
}

/** Stripe, asked by this process. */
export function stripeOf(config: PspConfig): PaymentProvider {
  const { STRIPE_SECRET_KEY: secretKey } = config;
  if (secretKey === undefined) return new MissingPaymentProvider();
  return new StripePaymentProvider({
    secretKey,
    host: config.STRIPE_HOST,
    port: config.STRIPE_PORT,
    protocol: config.STRIPE_PROTOCOL,
    createTimeoutMs: config.PROVIDER_TIMEOUT,
  });
}

function verifier({ STRIPE_WEBHOOK_SECRETS: secrets = '' }: PaymentsConfig, clock: Clock): StripeEventVerifier {
  const given = secrets.split(',').map((secret) => secret.trim());
  return new StripeEventVerifier(
    given.filter((secret) => secret !== ''),
    clock,
  );
}

export const service = defineApi(manifest, {
  config: PaymentsConfig,
  module: (config, observed) => PaymentsAppModule.forConfig(config, observed),
  http: ({ CURRENCY: currency }) => ({ currency }),
  database: (config) => paymentsDatabase(databaseAccess(config)),
  begin: (app) => Promise.resolve(watchPayments(app.get(Metrics), app.get(Database), app.get<Clock>(Clock))),
  sweeps: [
    { sweeper: ProviderEventsSweeper, everyMs: () => DUE_MS },
    { sweeper: RefundsSweeper, everyMs: () => DUE_MS },
    { sweeper: PaymentChecksSweeper, everyMs: () => DUE_MS },
    { sweeper: ReconciliationSweeper, everyMs: ({ RECONCILIATION_INTERVAL: ms }) => Math.min(ms, 6 * DUE_MS) },
  ],
});

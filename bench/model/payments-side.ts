import { Database, openDataSource } from '@app/database';
import type { Envelope, OrderPayload } from '@app/events';
import { Idempotency } from '@app/idempotency';
import type { Caller, Clock } from '@app/kernel';
import type { Commands } from '@app/messaging';
import { Outbox, OutboxRows, type Publish } from '@app/outbox';
import type { Sweeper } from '@app/service';
import { NoMetrics } from '@app/telemetry';
import { paymentsDatabase } from '../../apps/payments/src/database/data-source.js';
import { toPaymentResponse } from '../../apps/payments/src/payments/dto/payment-response.dto.js';
import { LedgerRepository } from '../../apps/payments/src/payments/ledger.repository.js';
import { NewPayments } from '../../apps/payments/src/payments/new-payments.js';
import { OrdersClient } from '../../apps/payments/src/payments/orders.client.js';
import { PaymentAttempts } from '../../apps/payments/src/payments/payment-attempts.js';
import { PaymentEvents } from '../../apps/payments/src/payments/payment-events.js';
import { PaymentStartService } from '../../apps/payments/src/payments/payment-start.service.js';
import { PaymentStepsService } from '../../apps/payments/src/payments/payment-steps.service.js';
import { PaymentSync } from '../../apps/payments/src/payments/payment-sync.js';
import { PaymentWriter } from '../../apps/payments/src/payments/payment-writer.js';
import type { Payment } from '../../apps/payments/src/payments/payment.entity.js';
import { PaymentsRepository } from '../../apps/payments/src/payments/payments.repository.js';
import { PaymentsService } from '../../apps/payments/src/payments/payments.service.js';
import type { PaymentsSettings } from '../../apps/payments/src/payments.settings.js';
import { ProviderEventsRepository } from '../../apps/payments/src/provider-events/provider-events.repository.js';
import { ProviderEventsService } from '../../apps/payments/src/provider-events/provider-events.service.js';
import { ProviderEventsSweeper } from '../../apps/payments/src/provider-events/provider-events.sweeper.js';
import { ProviderObjects } from '../../apps/payments/src/provider-events/provider-objects.js';
import type { EventVerifier } from '../../apps/payments/src/providers/event-verifier.js';
import type { PaymentProvider } from '../../apps/payments/src/providers/payment-provider.js';
import { LateRefunds } from '../../apps/payments/src/reconciliation/late-refunds.js';
import { OrderEventsService } from '../../apps/payments/src/reconciliation/order-events.service.js';
import { OrderSettlement } from '../../apps/payments/src/reconciliation/order-settlement.js';
import { PaidByHand } from '../../apps/payments/src/reconciliation/paid-by-hand.js';
import { PaymentChecks } from '../../apps/payments/src/reconciliation/payment-checks.js';
import { PaymentChecksSweeper } from '../../apps/payments/src/reconciliation/payment-checks.sweeper.js';
import { ProviderCursorsRepository } from '../../apps/payments/src/reconciliation/provider-cursors.repository.js';
import { ReconciliationSweeper } from '../../apps/payments/src/reconciliation/reconciliation.sweeper.js';
import { RefundRequests } from '../../apps/payments/src/refunds/refund-requests.js';
import { RefundSender } from '../../apps/payments/src/refunds/refund-sender.js';
import { RefundsRepository } from '../../apps/payments/src/refunds/refunds.repository.js';
import { RefundsService } from '../../apps/payments/src/refunds/refunds.service.js';
import { RefundsSweeper } from '../../apps/payments/src/refunds/refunds.sweeper.js';
import { KeyedRequests } from './keyed-requests.js';
import { type Life, mortal } from './life.js';
import { ManualRelay } from './orders-side.js';

/** What survives a process of payments. */
export interface PaymentsGround {
  database: Database;
  outbox: Outbox;
  relay: ManualRelay;
}

export interface PaymentsSideOptions {
  ground: PaymentsGround;
  life: Life;
  clock: Clock;
  /** The payments service's commands to other services. */
  neighbours: Commands;
  provider: PaymentProvider;
  verifier: EventVerifier;
  settings: PaymentsSettings;
}

export type Sweep = 'reconciliation' | 'events' | 'refunds' | 'checks';

export async function openPayments(databaseUrl: string, clock: Clock, publish: Publish): Promise<PaymentsGround> {
  const options = { destinations: { topic: publish }, sweepMs: 0 };
  const database = new Database(await openDataSource(paymentsDatabase({ url: databaseUrl, poolSize: 12 })));
  const relay = new ManualRelay(new OutboxRows(database, clock), options, database);
  return { database, relay, outbox: new Outbox(database, options, relay, clock) };
}

/** One process of the payments service without transports: offers what its controllers and timers call. */
export class PaymentsSide {
  readonly sweepers: Record<Sweep, Sweeper>;
  private readonly requests: KeyedRequests;
  private readonly starting: PaymentStartService;
  private readonly steps: PaymentStepsService;
  private readonly refunds: RefundsService;
  private readonly events: ProviderEventsService;
  private readonly orderEvents: OrderEventsService;

  constructor(options: PaymentsSideOptions) {
    const { ground, life, clock, neighbours, provider, verifier, settings } = options;
    const database = mortal(ground.database, life);
    const metrics = new NoMetrics();
    this.requests = new KeyedRequests(database, clock);
    const idempotency = new Idempotency(this.requests.claims);
    const [payments, ledger] = [new PaymentsRepository(database), new LedgerRepository(database)];
    const writer = new PaymentWriter(database, payments, ledger, new PaymentEvents(ground.outbox, metrics), clock);
    const attempts = new PaymentAttempts(provider, writer, settings, clock);
    const sync = new PaymentSync(provider, payments, attempts, writer);
    const orders = new OrdersClient(neighbours);
    const fresh = new NewPayments(provider, settings, clock);
    const known = new PaymentsService(payments, ledger, orders, idempotency);
    this.starting = new PaymentStartService(orders, payments, fresh, attempts, writer, idempotency);
    this.steps = new PaymentStepsService(known, provider, attempts, sync, writer);

    const [refunds, requests] = [new RefundsRepository(database), new RefundRequests(writer)];
    const sender = new RefundSender(provider, payments, refunds, writer, sync, clock);
    this.refunds = new RefundsService(known, ledger, requests, sender, writer, idempotency);

    const objects = new ProviderObjects(provider, payments, writer, sync, settings);
    const stored = new ProviderEventsRepository(database);
    const events = asleep(new ProviderEventsSweeper(stored, objects, clock, metrics));
    this.events = new ProviderEventsService(verifier, provider, stored, events, clock, metrics);

    const late = new LateRefunds(refunds, requests, sender);
    const settlement = new OrderSettlement(orders, payments, this.steps, late, clock);
    const checking = new PaymentChecks(sync, this.steps, settlement);
    const checks = asleep(new PaymentChecksSweeper(payments, checking, clock));
    const byHand = new PaidByHand(orders, payments, this.starting);
    this.orderEvents = new OrderEventsService(payments, known, byHand, checks, clock);
    const cursors = new ProviderCursorsRepository(database);
    const reconciliation = new ReconciliationSweeper(provider, cursors, this.events, events, settings, clock);
    this.sweepers = { reconciliation, events, checks, refunds: new RefundsSweeper(refunds, sender, clock) };
  }

  /** POST /orders/{id}/payments; returns what its customer pays it with. */
  async begin(orderId: number, caller: Caller, key: string | undefined): Promise<string | null> {
    const body = { method: 'card' } as const;
    const answer = (payment: Payment) => toPaymentResponse(payment, true);
    const url = `/orders/${orderId}/payments`;
    const { client_secret } = await this.requests.run({ caller, url, key, body }, async (claim) =>
      answer(await this.starting.start(orderId, body, { caller }, { claim, answer })),
    );
    return client_secret;
  }

  /** POST /payments/{id}/refunds; without an amount (minor units) all that is left. */
  refund(paymentId: number, amount: number | undefined, caller: Caller, key: string | undefined): Promise<string> {
    const body = { reason: 'other', ...(amount !== undefined && { amount }) } as const;
    const url = `/payments/${paymentId}/refunds`;
    return this.requests.run({ caller, url, key, body }, async (claim) => {
      const answer = ({ refund }: { refund: { refundRef: string } }) => refund.refundRef;
      return answer(await this.refunds.refund(paymentId, body, caller, { claim, answer }));
    });
  }

  async cancel(paymentId: number, caller: Caller): Promise<void> {
    await this.steps.cancel(paymentId, caller);
  }

  /** POST /provider-events/stripe */
  receive(body: Buffer, signature: string): Promise<void> {
    return this.events.receive(body, signature);
  }

  /** Handles an event as the controller does, and ignores events it does not subscribe to. */
  async handle({ event_type, payload }: Envelope): Promise<void> {
    const order = payload as OrderPayload;
    if (event_type === 'order.paid') await this.orderEvents.paid(order);
    if (CHANGES.includes(event_type)) await this.orderEvents.changed(order.order_id);
  }
}

/** What else may change what an order owes, or is owed. */
const CHANGES: readonly string[] = [
  'order.shipped',
  'order.cancelled',
  'order.partially-cancelled',
  'shipment.shipped',
  'return.settled',
];

/** Nobody wakes it: the story says when it sweeps. */
function asleep<S extends Sweeper>(sweeper: S): S {
  return Object.assign(sweeper, { wake: () => undefined });
}

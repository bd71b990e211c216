import { formatMoney } from '@app/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import type { ServiceName } from '../../../manifests.js';
import {
  LedgerRepository,
  type Payment,
  PaymentsRepository,
  ProviderEventsRepository,
} from '../../../payments/src/payments-app.module.js';
import { outboxOf } from './outbox-of.js';
import { providerLine } from './provider-lines.js';
import type { RequestJournal } from './request-journal.js';

/** One step of an order's money. */
export interface TrailStep {
  at: Date;
  kind: 'provider call' | 'provider event' | 'ledger entry' | 'order step';
  what: string;
  detail: string;
  /** Undefined if it happened before this process started. */
  requestId: string | undefined;
}

type Apps = Partial<Record<ServiceName, INestApplicationContext>>;

/** Bounds what is shown of an order: its payments, and the entries and events of each. */
const MOST = { payments: 20, each: 200 };

/** What became of an order's money: ledger, provider's events, outboxes, and the log lines of this process. */
export class PaymentTrail {
  constructor(
    private readonly apps: Apps,
    private readonly journal: RequestJournal,
  ) {}

  /** In chronological order; empty for an order that nobody has begun to pay. */
  async ofOrder(orderId: number): Promise<TrailStep[]> {
    const { payments: app } = this.apps;
    if (!app) return [];
    const { items } = await app.get(PaymentsRepository).page({ order_id: orderId }, first(MOST.payments, 'created_at'));
    if (items.length === 0) return [];
    const steps = await Promise.all([
      this.orderSteps(orderId),
      ...items.flatMap((payment) => [
        this.calls(payment),
        this.providerEvents(app, payment),
        this.entries(app, payment),
      ]),
    ]);
    return steps.flat().sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  private async orderSteps(orderId: number): Promise<TrailStep[]> {
    const events = (await outboxOf(this.apps.orders)?.about(['order.'], String(orderId))) ?? [];
    return events.map(({ created_at: at, event_type: what, request_id: requestId }) => ({
      ...{ at, kind: 'order step', what, requestId },
      detail: `order ${orderId}`,
    }));
  }

  private calls({ paymentRef, providerRef }: Payment): TrailStep[] {
    const about = this.journal.where('payment_ref', paymentRef);
    const lines = providerRef === null ? about : [...about, ...this.journal.where('provider_ref', providerRef)];
    return lines.flatMap(providerLine).filter(({ kind }) => kind === 'provider call');
  }

  private async providerEvents(app: INestApplicationContext, { provider, providerRef }: Payment): Promise<TrailStep[]> {
    if (providerRef === null) return [];
    const lines = this.journal.where('provider_ref', providerRef);
    const requests = new Map(lines.map(({ event_ref, request_id }) => [event_ref, request_id]));
    const events = await app.get(ProviderEventsRepository).about(provider, providerRef, MOST.each);
    return events.map(({ receivedAt, type, eventRef, outcome }) => ({
      ...{ at: receivedAt, kind: 'provider event', what: type },
      detail: `${eventRef}: ${outcome}`,
      requestId: requests.get(eventRef),
    }));
  }

  /** An entry belongs to the event that was written with it, at the same time. */
  private async entries(app: INestApplicationContext, { paymentId, currency }: Payment): Promise<TrailStep[]> {
    const events = (await outboxOf(app)?.about(['payment.'], String(paymentId))) ?? [];
    const requests = new Map(events.map(({ occurred_at, request_id }) => [occurred_at, request_id]));
    const { items } = await app.get(LedgerRepository).entriesPage(paymentId, first(MOST.each, 'at'));
    return items.map(({ at, kind, amount, providerRef }) => ({
      ...{ at, kind: 'ledger entry', what: `${kind} ${formatMoney(amount, currency)} ${currency}` },
      detail: `payment ${paymentId}, by ${providerRef}`,
      requestId: requests.get(at.toISOString()),
    }));
  }
}

const first = (page_size: number, field: string) => ({
  ...{ page: 1, page_size, with_total: false },
  sort: { field, descending: false },
});

import { Database } from '@app/database';
import { Inbox, type OutboxRow } from '@app/outbox';
import type { INestApplicationContext } from '@nestjs/common';
import { EmailsAdminRepository } from '../../../notifier/src/operations-app.module.js';
import { MANIFESTS, type ServiceName, SERVICES } from '../../../manifests.js';
import { OrdersRepository } from '../../../orders/src/orders-app.module.js';
import { type Cost, costsOf } from './order-costs.js';
import { outboxOf } from './outbox-of.js';
import type { PartStep } from './part-steps.js';
import { ORDER_EVENTS, partTrail } from './part-trail.js';
import { PaymentTrail, type TrailStep } from './payment-trail.js';
import { type ProviderLine, providerLine } from './provider-lines.js';
import type { JournalLine, RequestJournal } from './request-journal.js';

export type HopKind = 'request' | 'transaction' | 'event' | 'delivery' | 'redrive' | 'e-mail' | ProviderLine['kind'];

/** One step of a story. */
export interface Hop {
  at: Date;
  kind: HopKind;
  service: string;
  what: string;
  detail: string;
}

/** All effects of one request, in chronological order. */
export interface Story {
  requestId: string;
  hops: Hop[];
}

export type StoredEvent = { at: Date; event_type: string; aggregate_id: string; request_id: string };

type Apps = Partial<Record<ServiceName, INestApplicationContext>>;

const PUBLISHERS = SERVICES.filter((name) => MANIFESTS[name].publishes);
/** Services with an inbox; the notifier has its ledger of e-mails instead. */
const CONSUMING = ['products'] as const;
const NEWEST = 20;

/** Combines the data of databases and log lines with the same request id. */
export class Stories {
  constructor(
    private readonly apps: Apps,
    private readonly journal: RequestJournal,
  ) {}

  async ofRequest(requestId: string): Promise<Story> {
    const written = await Promise.all(PUBLISHERS.map((service) => this.events(service, requestId)));
    const events = written.flat();
    const [acted, emails] = await Promise.all([
      Promise.all(CONSUMING.map((service) => this.actedUpon(service, events))),
      this.emails(requestId),
    ]);
    const lines = this.journal.of(requestId);
    const hops = [
      ...lines.flatMap(requestHop),
      ...lines.flatMap(providerHop),
      ...events.flatMap(eventHops),
      ...acted.flat(),
      ...deliveryHops(lines),
      ...emails,
    ];
    return { requestId, hops: hops.sort((a, b) => a.at.getTime() - b.at.getTime()) };
  }

  /** One story for each request that changed the order or a part of it. */
  async ofOrder(orderId: number): Promise<Story[]> {
    const events = (await outboxOf(this.apps.orders)?.about(ORDER_EVENTS, String(orderId))) ?? [];
    const requests = new Set(events.map(({ request_id }) => request_id));
    return Promise.all([...requests].map((requestId) => this.ofRequest(requestId)));
  }

  /** What the order was charged; empty for one that is unknown or removed. */
  async costsOf(orderId: number): Promise<Cost[]> {
    const order = await this.apps.orders?.get(OrdersRepository).findById(orderId);
    return order ? costsOf(order) : [];
  }

  /** What became of the order's pieces, in chronological order. */
  partsOf(orderId: number): Promise<PartStep[]> {
    return partTrail(this.apps.orders, orderId);
  }

  /** What became of the order's money, in chronological order. */
  moneyOf(orderId: number): Promise<TrailStep[]> {
    return new PaymentTrail(this.apps, this.journal).ofOrder(orderId);
  }

  async newest(): Promise<StoredEvent[]> {
    const rows = (await outboxOf(this.apps.orders)?.newestAbout(ORDER_EVENTS, NEWEST)) ?? [];
    return rows.map(({ created_at, ...event }) => ({ at: created_at, ...event }));
  }

  private async events(service: ServiceName, requestId: string): Promise<Written[]> {
    const rows = (await outboxOf(this.apps[service])?.ofRequest(requestId)) ?? [];
    return rows.filter(({ destination }) => destination === 'topic').map((row) => ({ ...row, service }));
  }

  private async actedUpon(service: ServiceName, events: readonly Written[]): Promise<Hop[]> {
    const app = this.apps[service];
    if (!app || events.length === 0) return [];
    const received = await app.get(Inbox).received(events.map(({ event_id }) => event_id));
    return events.flatMap(({ event_id, event_type }) => {
      const at = received.get(event_id);
      return at
        ? [{ at, kind: 'transaction' as const, service, what: `acted upon ${event_type}, once`, detail: event_id }]
        : [];
    });
  }

  private async emails(requestId: string): Promise<Hop[]> {
    const { notifier } = this.apps;
    if (!notifier) return [];
    const emails = await new EmailsAdminRepository(notifier.get(Database)).ofRequest(requestId);
    return emails.map(({ template, status, attempts, eventId, failure, createdAt, sentAt }) => ({
      at: sentAt ?? createdAt,
      kind: 'e-mail',
      service: 'notifier',
      what: `${template}: ${status}${failure === null ? '' : ` (${failure})`}`,
      detail: `sent ${attempts} times, for event ${eventId}`,
    }));
  }
}

type Written = OutboxRow & { service: ServiceName };

function eventHops({
  service,
  event_type,
  event_id,
  created_at,
  sent_at,
  state,
  attempts,
  last_error,
}: Written): Hop[] {
  const written: Hop = {
    at: created_at,
    kind: 'transaction',
    service,
    what: `committed with ${event_type}`,
    detail: event_id,
  };
  const detail = `${attempts} attempts${last_error === null ? '' : `, the last: ${last_error}`}`;
  const what = sent_at ? `${event_type} published` : `${event_type} is ${state}`;
  return [written, { at: sent_at ?? created_at, kind: 'event', service, what, detail }];
}

/** The log line is written at the request's end. */
function requestHop({ time, service, method, route, status, ms }: JournalLine): Hop[] {
  if (typeof method !== 'string' || typeof status !== 'number') return [];
  const at = new Date(Date.parse(time) - Number(ms ?? 0));
  return [
    { at, kind: 'request', service, what: `${method} ${String(route)} answered ${status}`, detail: `${String(ms)} ms` },
  ];
}

function providerHop(line: JournalLine): Hop[] {
  return providerLine(line).map(({ at, kind, what, detail }) => ({ at, kind, service: line.service, what, detail }));
}

/** All deliveries of each event: the first, redeliveries, and those after a redrive. */
function deliveryHops(lines: readonly JournalLine[]): Hop[] {
  const counts = new Map<string, number>();
  return lines.flatMap((line): Hop[] => {
    const { time, service, message, event_id, event_type, receive_count } = line;
    if (typeof event_id !== 'string') return [];
    const at = new Date(time);
    if (message === 'dead letter redriven') {
      return [
        { at, kind: 'redrive', service, what: `${String(event_type)} moved back to its queue`, detail: event_id },
      ];
    }
    if (receive_count === undefined) return [];
    const n = (counts.get(`${service} ${event_id}`) ?? 0) + 1;
    counts.set(`${service} ${event_id}`, n);
    const end = message === 'event consumed' ? 'consumed' : 'failed';
    return [{ at, kind: 'delivery', service, what: `delivery ${n} of ${String(event_type)} ${end}`, detail: event_id }];
  });
}

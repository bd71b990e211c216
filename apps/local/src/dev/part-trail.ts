import type { Envelope } from '@app/events';
import type { CausedEvent, OutboxAdmin } from '@app/outbox';
import type { INestApplicationContext } from '@nestjs/common';
import {
  OrderPartsRepository,
  OrdersRepository,
  ReturnsRepository,
  ShipmentsRepository,
} from '../../../orders/src/orders-app.module.js';
import { outboxOf } from './outbox-of.js';
import { type PartStep, partStepsOf, type StepEvent } from './part-steps.js';

/** What the outbox of orders tells of an order and its parts. */
export const ORDER_EVENTS = ['order.', 'shipment.', 'return.'] as const;

/** Bounds how many cancellations of an order are shown. */
const MOST = 200;

/** Returns what became of an order's pieces, in chronological order; empty for one that is unknown or removed. */
export async function partTrail(orders: INestApplicationContext | undefined, orderId: number): Promise<PartStep[]> {
  const [order, outbox] = [await orders?.get(OrdersRepository).findById(orderId), outboxOf(orders)];
  if (!orders || !order || !outbox) return [];
  const oldestFirst = { page: 1, page_size: MOST, with_total: false, sort: { field: 'created_at', descending: false } };
  return partStepsOf({
    order,
    shipments: await orders.get(OrderPartsRepository).shipments(orderId),
    cancellations: (await orders.get(ShipmentsRepository).pageOfCancellations(orderId, oldestFirst)).items,
    returns: await orders.get(ReturnsRepository).ofOrder(orderId),
    events: await stepEvents(outbox, orderId),
  });
}

async function stepEvents(outbox: OutboxAdmin, orderId: number): Promise<StepEvent[]> {
  const events = await outbox.about(ORDER_EVENTS, String(orderId));
  return Promise.all(events.map((event) => stepEvent(outbox, event)));
}

async function stepEvent(outbox: OutboxAdmin, { event_id, event_type, ...event }: CausedEvent): Promise<StepEvent> {
  const known = { occurredAt: event.occurred_at, requestId: event.request_id };
  if (!event_type.startsWith('return.')) return known;
  const { payload } = (await outbox.message(event_id)) as Envelope<'return.requested'>;
  return { ...known, return: payload.return };
}

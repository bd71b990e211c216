import assert from 'node:assert/strict';
import type { Envelope, PartialCancellationPayload, ReturnPayload, ShipmentPayload } from '@app/events';
import type { Model } from './model.js';
import type { World } from './world.js';

/** Every step of every order has its event; so has every step of a part of which others must know, and no other. */
export async function compareEvents(model: Model, { orders, published }: World): Promise<void> {
  const steps = published
    .filter(({ event_type }) => isStep(event_type))
    .map(({ aggregate_id, aggregate_version }) => `${aggregate_id} ${aggregate_version}`);
  const history = await orders.database.query('SELECT order_id FROM order_history');
  assert.equal(new Set(steps).size, history.length, 'events, one for every step of every order');
  const parts = model.orders.flatMap(({ order: { shipments, cancellations, returns } }) => [
    ...shipments.flatMap(({ id, shippedAt }) => (shippedAt === undefined ? [] : [`shipment.shipped ${id}`])),
    ...cancellations.flatMap(({ id, isLast }) => (isLast ? [] : [`order.partially-cancelled ${id}`])),
    ...returns.flatMap(({ id, told }) => told.map((step) => `return.${step} ${id}`)),
  ]);
  assert.deepEqual([...new Set(published.flatMap(partOf))].sort(), parts.sort(), 'events of parts of orders');
}

/** Whether an event of an order tells of a step of the whole. */
const isStep = (type: string) =>
  type.startsWith('order.') && type !== 'order.refunded' && type !== 'order.partially-cancelled';

function partOf({ event_type: type, payload }: Envelope): string[] {
  if (type === 'shipment.shipped') return [`${type} ${(payload as ShipmentPayload).shipment.shipment_id}`];
  if (type.startsWith('return.')) return [`${type} ${(payload as ReturnPayload).return.return_id}`];
  if (type !== 'order.partially-cancelled') return [];
  return [`${type} ${(payload as PartialCancellationPayload).cancellation.cancellation_id}`];
}

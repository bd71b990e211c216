import { randomUUID } from 'node:crypto';
import { Cancellation } from './cancellation.entity.js';
import type { LinePieces } from './order-line.entity.js';
import { movePieces, openIn } from './line-pieces.js';
import { isCancelled, unsentPieces } from './order-axes.js';
import type { OrderStatus } from './order-status.js';
import type { Order } from './order.entity.js';
import { shareOf } from './shares.js';
import { type Parcel, Shipment } from './shipment.entity.js';

/** The parts of an order that a change makes or moves. They are written with the order. */
export interface ChangedParts {
  shipments?: readonly Shipment[];
  /** Those of the shipments that left just now. */
  left?: readonly Shipment[];
  cancellation?: Cancellation;
}

/** When and by whom. */
export interface Moment {
  at: Date;
  by: number | null;
}

export interface NewShipment {
  items: LinePieces[];
  parcels: Parcel[];
  isShipped: boolean;
}

/** Packs open pieces of an order, or ships them at once. */
export function makeShipment(order: Order, { items, parcels, isShipped }: NewShipment, { at, by }: Moment): Shipment {
  movePieces(order, items, { to: isShipped ? 'quantityShipped' : 'quantityPrepared' });
  return Object.assign(new Shipment(), {
    shipmentRef: randomUUID(),
    orderId: order.orderId,
    status: isShipped ? 'shipped' : 'prepared',
    items,
    parcels,
    by,
    shippedAt: isShipped ? at : null,
    deliveredAt: null,
    createdAt: at,
    updatedAt: at,
    version: 1,
  } satisfies Omit<Shipment, 'shipmentId'>);
}

/** Lets a packed shipment leave. */
export function ship(order: Order, shipment: Shipment, at: Date): void {
  movePieces(order, shipment.items, { from: 'quantityPrepared', to: 'quantityShipped' });
  Object.assign(shipment, { status: 'shipped', shippedAt: at } satisfies Partial<Shipment>);
  touch(shipment, at);
}

/** Unpacks a shipment: its pieces are open again. */
export function unpack(order: Order, shipment: Shipment, at: Date): void {
  movePieces(order, shipment.items, { from: 'quantityPrepared' });
  shipment.status = 'cancelled';
  touch(shipment, at);
}

/** Ends the way of a shipment that has left. */
export function endWay(shipment: Shipment, status: 'delivered' | 'lost', at: Date): void {
  Object.assign(shipment, { status, ...(status === 'delivered' && { deliveredAt: at }) } satisfies Partial<Shipment>);
  touch(shipment, at);
}

export function touch(shipment: Shipment, at: Date): void {
  shipment.updatedAt = at;
  shipment.version += 1;
}

/** The order has arrived when nothing is left to send and nothing is under way, unless all of it was lost. */
export function noteArrival(order: Order, shipments: readonly Shipment[], at: Date): void {
  const isSent = order.lines.every((line) => unsentPieces(line) === 0);
  const isUnderWay = shipments.some(({ status }) => status === 'shipped');
  const hasArrived = shipments.some(({ status }) => status === 'delivered');
  if (isSent && !isUnderWay && hasArrived) order.deliveredAt ??= at;
}

/** Cancels open pieces of an order, and credits what they cost unless nothing is left of it. */
export function makeCancellation(
  order: Order,
  items: LinePieces[],
  { reason, at, by }: Moment & { reason: string | null },
): Cancellation {
  const amount = shareOf(order, items);
  movePieces(order, items, { to: 'quantityCancelled' });
  if (!isCancelled(order)) order.creditedTotal += amount;
  return Object.assign(new Cancellation(), {
    cancellationRef: randomUUID(),
    orderId: order.orderId,
    items,
    amount,
    reason,
    by,
    createdAt: at,
  } satisfies Omit<Cancellation, 'cancellationId'>);
}

/** What the order says of its parcel is what its only parcel says. */
export function trackParcel(
  { carrier, trackingNumber }: Order,
  shipments: readonly Shipment[],
  { at }: Moment,
): ChangedParts {
  const [shipment, ...others] = shipments.filter(({ status }) => status !== 'cancelled');
  if (!shipment || others.length > 0 || shipment.parcels.length > 1) return {};
  shipment.parcels = [{ carrier, tracking_number: trackingNumber, tracking_url: null }];
  touch(shipment, at);
  return { shipments: [shipment] };
}

/** What a step of a whole order says about its parts. */
export interface WholeStep extends Moment {
  step: OrderStatus;
  parcels: Parcel[];
  reason: string | null;
}

/**
 * Moves the parts of an order as a step of the whole asks for: all that is not sent leaves, or is cancelled; what is on
 * its way arrives.
 */
export function moveParts(order: Order, shipments: readonly Shipment[], whole: WholeStep): ChangedParts {
  const prepared = shipments.filter(({ status }) => status === 'prepared');
  switch (whole.step) {
    case 'shipped': {
      for (const shipment of prepared) ship(order, shipment, whole.at);
      const items = openIn(order);
      const rest =
        items.length > 0 ? [makeShipment(order, { items, parcels: whole.parcels, isShipped: true }, whole)] : [];
      return { shipments: [...prepared, ...rest], left: [...prepared, ...rest] };
    }
    case 'completed': {
      const underWay = shipments.filter(({ status }) => status === 'shipped');
      for (const shipment of underWay) endWay(shipment, 'delivered', whole.at);
      return { shipments: underWay };
    }
    case 'cancelled':
      for (const shipment of prepared) unpack(order, shipment, whole.at);
      return { shipments: prepared, cancellation: makeCancellation(order, openIn(order), whole) };
    case 'pending':
    case 'paid':
      return {};
  }
}

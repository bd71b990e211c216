import { formatMoney } from '@app/kernel';
import type {
  Cancellation,
  Order,
  Parcel,
  Return,
  ReturnStatus,
  Shipment,
} from '../../../orders/src/orders-app.module.js';

/** One step of a shipment, a cancellation or a return. */
export interface PartStep {
  at: Date;
  /** Such as `shipment 3`. */
  part: string;
  what: string;
  pieces: string;
  detail: string;
  /** Undefined for a step that no event tells of. */
  requestId: string | undefined;
}

/** An event about an order, as far as it dates steps. */
export interface StepEvent {
  /** RFC 3339. */
  occurredAt: string;
  requestId: string;
  /** The return that it is about. */
  return?: { return_id: number; status: string };
}

export interface OrderParts {
  order: Order;
  shipments: readonly Shipment[];
  cancellations: readonly Cancellation[];
  returns: readonly Return[];
  /** Those that the outbox still has. */
  events: readonly StepEvent[];
}

type Step = Omit<PartStep, 'requestId' | 'part' | 'pieces'>;
type Pieces = Shipment['items'];

/** What became of an order's pieces, in chronological order. */
export function partStepsOf({ order, shipments, cancellations, returns, events }: OrderParts): PartStep[] {
  const requests = new Map(events.map(({ occurredAt, requestId }) => [occurredAt, requestId]));
  const part = (name: string, items: Pieces, steps: readonly Step[]): PartStep[] => {
    const pieces = piecesText(order, items);
    return steps.map((step) => ({ ...step, part: name, pieces, requestId: requests.get(step.at.toISOString()) }));
  };
  const all = [
    ...shipments.flatMap((each) => part(`shipment ${each.shipmentId}`, each.items, shipmentSteps(each))),
    ...cancellations.flatMap((each) => part(`cancellation ${each.cancellationId}`, each.items, cancelled(order, each))),
    ...returns.flatMap((each) => part(`return ${each.returnId}`, each.items, returnSteps(order, each, events))),
  ];
  return all.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function shipmentSteps({ status, parcels, createdAt, shippedAt, deliveredAt, updatedAt }: Shipment): Step[] {
  const detail = parcels.map(parcelText).join(', ');
  const wasPacked = shippedAt?.getTime() !== createdAt.getTime();
  const hasEnded = status === 'lost' || status === 'cancelled';
  return [
    ...(wasPacked ? [{ at: createdAt, what: 'prepared', detail: shippedAt ? '' : detail }] : []),
    ...(shippedAt ? [{ at: shippedAt, what: 'shipped', detail }] : []),
    ...(deliveredAt ? [{ at: deliveredAt, what: 'delivered', detail: '' }] : []),
    ...(hasEnded ? [{ at: updatedAt, what: status, detail: '' }] : []),
  ];
}

function cancelled({ currency }: Order, { createdAt, amount, reason }: Cancellation): Step[] {
  const worth = `worth ${formatMoney(amount, currency)}`;
  return [{ at: createdAt, what: 'cancelled', detail: reason === null ? worth : `${worth}: ${reason}` }];
}

/** A row knows its first and its present step; of those in between, events tell for as long as the outbox keeps them. */
function returnSteps(order: Order, given: Return, events: readonly StepEvent[]): Step[] {
  const told = events.flatMap(({ occurredAt, return: about }): [string, Date][] =>
    about?.return_id === given.returnId ? [[about.status, new Date(occurredAt)]] : [],
  );
  const steps = new Map<string, Date>([...told, ['requested', given.createdAt], [given.status, given.updatedAt]]);
  return [...steps].map(([what, at]) => ({ at, what, detail: returnDetail(order, given, what) }));
}

function returnDetail({ currency }: Order, given: Return, step: string): string {
  const money = (minor: number | null) => formatMoney(minor ?? 0, currency);
  const received = (given.received ?? []).map(({ quantity, condition }) => `${quantity} ${condition}`).join(', ');
  const details: Partial<Record<ReturnStatus, string>> = {
    requested: given.items.flatMap(({ reason }) => reason ?? []).join(', '),
    rejected: given.rejectionReason ?? '',
    received: `${received}; worth ${money(given.receivedValue)}`,
    settled: `refund ${money(given.refundAmount)}, fee ${money(given.fee)}`,
  };
  return details[step as ReturnStatus] ?? '';
}

const parcelText = ({ carrier, tracking_number }: Parcel): string =>
  [carrier, tracking_number].filter((text) => text !== null).join(' ');

function piecesText({ lines }: Order, items: Pieces): string {
  const nameOf = (id: number) => lines.find(({ orderLineId }) => orderLineId === id)?.name ?? `line ${id}`;
  return items.map(({ order_item_id, quantity }) => `${quantity} × ${nameOf(order_item_id)}`).join(', ');
}

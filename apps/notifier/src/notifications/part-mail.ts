import type {
  OrderItemPayload,
  OrderPayload,
  ParcelPayload,
  PartialCancellationPayload,
  PiecesPayload,
  ReturnedPiecesPayload,
  ReturnPayload,
  ShipmentPayload,
} from '@app/events';
import { charged } from './order-charges.js';
import { deliveryLines, isUnverified } from './order-mail.js';
import type {
  ParcelView,
  PartialCancellationView,
  PiecesView,
  ReturnView,
  ShipmentView,
} from './templates/part-views.js';
import { greetingName, oneLine, oneLineOrNull } from './templates/views.js';

/** The e-mail for each event of a return. */
export const RETURN_TEMPLATES = {
  'return.requested': 'return-requested',
  'return.approved': 'return-approved',
  'return.rejected': 'return-rejected',
  'return.received': 'return-received',
  'return.settled': 'return-settled',
} as const;

export type ReturnEventType = keyof typeof RETURN_TEMPLATES;
export const RETURN_EVENTS = Object.keys(RETURN_TEMPLATES) as ReturnEventType[];

/** Of an order with one of these status nothing was taken that could go back. */
const NOTHING_TAKEN = [undefined, 'unpaid', 'authorized', 'partially_paid'];

export function shipmentView(order: ShipmentPayload): ShipmentView {
  const { shipment } = order;
  const toCome = order.items.flatMap((item) => pieces(item, openPieces(item)));
  const inAll = sum(order.items, ({ quantity_shipped = 0 }) => quantity_shipped);
  return {
    ...partView(order, shipment.items.flatMap(announced)),
    parcels: shipment.parcels.map(parcelView),
    address_lines: known(order, deliveryLines(order)),
    partly: toCome.length > 0,
    later: inAll > sum(shipment.items, ({ quantity }) => quantity),
    to_come: known(order, toCome),
  };
}

export function partialCancellationView(order: PartialCancellationPayload): PartialCancellationView {
  const { cancellation, payment_status, cancel_reason, currency } = order;
  const remaining = order.items.flatMap((item) => pieces(item, piecesLeft(item)));
  return {
    ...partView(order, cancellation.items.flatMap(announced)),
    reason: isUnverified(order) ? null : oneLineOrNull(cancel_reason),
    refund: NOTHING_TAKEN.includes(payment_status) ? null : charged(cancellation.amount),
    currency,
    remaining: known(order, remaining),
  };
}

export function returnView(order: ReturnPayload): ReturnView {
  const { return: part, rejection_reason, currency } = order;
  return {
    ...partView(order, part.items.map(returned)),
    return_id: String(part.return_id),
    reason: isUnverified(order) ? null : oneLineOrNull(rejection_reason),
    refund: charged(part.refund_amount),
    fee: charged(part.fee),
    currency,
  };
}

function partView(order: OrderPayload, list: PiecesView[]) {
  const brief = isUnverified(order);
  return {
    order_id: String(order.order_id),
    customer_name: brief ? null : greetingName(order.customer_name),
    pieces: known(order, list),
    brief,
  };
}

/** An address that may be a stranger's is told nothing of this. */
function known<T>(order: OrderPayload, list: T[]): T[] {
  return isUnverified(order) ? [] : list;
}

function parcelView(parcel: ParcelPayload, index: number, { length }: readonly unknown[]): ParcelView {
  return {
    title: length === 1 ? 'Parcel' : `Parcel ${index + 1} of ${length}`,
    carrier: oneLineOrNull(parcel.carrier),
    tracking_number: oneLineOrNull(parcel.tracking_number),
    link: pageOf(parcel.tracking_url),
  };
}

/** Another protocol, such as `javascript:`, leads to no page. */
function pageOf(url: string | null): string | null {
  const page = url === null ? null : URL.parse(url);
  return page !== null && ['https:', 'http:'].includes(page.protocol) ? page.href : null;
}

/** None of a publisher of before, which does not say what has left. */
function openPieces({ quantity, quantity_shipped, quantity_cancelled = 0 }: OrderItemPayload): number {
  return quantity_shipped === undefined ? 0 : quantity - quantity_shipped - quantity_cancelled;
}

function piecesLeft({ quantity, quantity_cancelled }: OrderItemPayload): number {
  return quantity_cancelled === undefined ? 0 : quantity - quantity_cancelled;
}

const announced = (item: PiecesPayload) => pieces(item, item.quantity);

/** None for no piece. */
function pieces({ name, sku }: Pick<PiecesPayload, 'name' | 'sku'>, quantity: number): PiecesView[] {
  return quantity > 0 ? [{ ...productOf({ name, sku }), count: inWords(quantity) }] : [];
}

/** How many arrived, of those that were announced. */
function returned({ name, sku, quantity, quantity_received }: ReturnedPiecesPayload): PiecesView {
  const all = quantity_received === null || quantity_received === quantity;
  return { ...productOf({ name, sku }), count: `${all ? '' : `${quantity_received} of `}${inWords(quantity)}` };
}

function productOf({ name, sku }: Pick<PiecesPayload, 'name' | 'sku'>) {
  return { name: oneLine(name), sku: oneLineOrNull(sku) };
}

const inWords = (quantity: number): string => (quantity === 1 ? '1 piece' : `${quantity} pieces`);

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

import { randomUUID } from 'node:crypto';
import {
  type CancelledPiecesPayload,
  type Envelope,
  type EventPayloads,
  type EventType,
  makeEnvelope,
  OrderPayload,
  type PaymentPayload,
  type ReturnPartPayload,
  type ShippedPayload,
} from '@app/events';

type OrderEventType = Exclude<Extract<EventType, `order.${string}`>, 'order.partially-cancelled'>;
export type ReturnEventType = Extract<EventType, `return.${string}`>;

let lastId = 0;
export const nextId = (): number => ++lastId;

export function event<K extends EventType>(
  type: K,
  payload: EventPayloads[K],
  aggregate = nextId(),
  version = 1,
): Envelope<K> {
  return makeEnvelope(type, {
    aggregate_id: aggregate,
    aggregate_version: version,
    request_id: randomUUID(),
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    occurred_at: new Date(),
    payload,
  });
}

const PIECE = { product_id: 1, sku: 'M-1', name: 'Mouse', quantity: 1 };

/** A new order whose events can be created in any order. */
export class TestOrder {
  readonly id = nextId();
  readonly email: string;
  private readonly ref = randomUUID();

  constructor(private readonly over: Partial<OrderPayload> = {}) {
    this.email = over.customer_email ?? `customer-${this.id}@example.com`;
  }

  event(type: OrderEventType, previous: string | null = null, version = 1): Envelope<OrderEventType> {
    const status = type === 'order.created' ? 'pending' : type.slice('order.'.length);
    const tracking_number = type === 'order.shipped' ? 'T-1' : null;
    return event(type, this.payload({ status, previous_status: previous, tracking_number }), this.id, version);
  }

  /** A shipment of one piece in one parcel, `T-` and its number. */
  shipment(of: Partial<ShippedPayload> = {}, version = 1): Envelope<'shipment.shipped'> {
    const id = nextId();
    const shipment = {
      shipment_id: id,
      shipment_ref: randomUUID(),
      items: [PIECE],
      parcels: [{ carrier: 'DHL', tracking_number: `T-${id}`, tracking_url: `https://dhl.example/track?id=T-${id}` }],
      shipped_at: '2026-11-23T08:00:00.000Z',
      ...of,
    };
    const payload = { ...this.payload({ status: 'shipped', previous_status: 'shipped' }), shipment };
    return event('shipment.shipped', payload, this.id, version);
  }

  /** One piece of the order, which is paid. */
  partialCancellation(of: Partial<CancelledPiecesPayload> = {}, version = 1): Envelope<'order.partially-cancelled'> {
    const cancellation = {
      cancellation_id: nextId(),
      cancellation_ref: randomUUID(),
      items: [PIECE],
      amount: '20.00',
      ...of,
    };
    const order = this.payload({ status: 'paid', previous_status: 'paid', payment_status: 'partially_refunded' });
    return event('order.partially-cancelled', { ...order, cancellation }, this.id, version);
  }

  /** One piece that comes back. Events of the same return have the same `return_id`. */
  return(type: ReturnEventType, of: Partial<ReturnPartPayload> = {}, version = 1): Envelope<ReturnEventType> {
    const status = type.slice('return.'.length);
    const quantity_received = status === 'received' || status === 'settled' ? 1 : null;
    const part = {
      return_id: nextId(),
      return_ref: randomUUID(),
      status,
      items: [{ ...PIECE, quantity_received, quantity_restocked: quantity_received }],
      refund_amount: status === 'settled' ? '20.00' : null,
      fee: status === 'settled' ? '0.00' : null,
      ...of,
    };
    const order = this.payload({ status: 'completed', previous_status: 'completed' });
    const rejection_reason = status === 'rejected' ? 'It was worn.' : null;
    return event(type, { ...order, return: part, rejection_reason }, this.id, version);
  }

  private payload(step: Partial<OrderPayload>): OrderPayload {
    return {
      order_id: this.id,
      order_ref: this.ref,
      user_id: 7,
      customer_email: this.email,
      status: 'pending',
      previous_status: null,
      order_total: '60.00',
      currency: 'USD',
      items: [{ product_id: 1, sku: 'M-1', name: 'Mouse', quantity: 3, price_at_order: '20.00', line_total: '60.00' }],
      shipping_address: null,
      carrier: null,
      tracking_number: null,
      cancel_reason: null,
      created_at: '2026-11-22T14:22:00.000Z',
      ...step,
      ...this.over,
    };
  }
}

/** What every event about a payment says, of a new payment of a new order. */
export function paymentPayload(over: Partial<PaymentPayload> = {}): PaymentPayload {
  const id = nextId();
  return {
    payment_id: id,
    payment_ref: randomUUID(),
    order_id: id,
    order_ref: randomUUID(),
    user_id: 7,
    customer_email: `payer-${id}@example.com`,
    customer_name: 'Ann',
    method: 'card',
    status: 'captured',
    amount: '60.00',
    currency: 'USD',
    authorized_amount: '60.00',
    captured_amount: '60.00',
    refunded_amount: '0.00',
    disputed_amount: '0.00',
    mismatch: false,
    created_at: '2026-11-22T14:22:00.000Z',
    ...over,
  };
}

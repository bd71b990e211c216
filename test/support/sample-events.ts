import { randomUUID } from 'node:crypto';
import {
  type Envelope,
  type EventPayloads,
  type EventType,
  makeEnvelope,
  OrderPayload,
  type PaymentPayload,
} from '@app/events';

type OrderEventType = Extract<EventType, `order.${string}`>;

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
    const payload: OrderPayload = {
      order_id: this.id,
      order_ref: this.ref,
      user_id: 7,
      customer_email: this.email,
      status,
      previous_status: previous,
      order_total: '60.00',
      currency: 'USD',
      items: [{ product_id: 1, sku: 'M-1', name: 'Mouse', quantity: 3, price_at_order: '20.00', line_total: '60.00' }],
      shipping_address: null,
      carrier: null,
      tracking_number: type === 'order.shipped' ? 'T-1' : null,
      cancel_reason: null,
      created_at: '2026-11-22T14:22:00.000Z',
      ...this.over,
    };
    return event(type, payload, this.id, version);
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

import { type Envelope, type EventPayloads, type EventType, makeEnvelope, type OrderPayload } from '@app/events';
import { currentContext, formatMoney } from '@app/kernel';
import type { Tx } from '@app/database';
import { Outbox } from '@app/outbox';
import { Injectable } from '@nestjs/common';
import { trackingUrl } from './carriers.js';
import type { LinePieces } from './order-line.entity.js';
import { lineOf } from './line-pieces.js';
import { amountsOf } from './order-amounts.js';
import { destinationText, structured } from './order-address.js';
import type { ChangedParts } from './order-parts.js';
import type { Order } from './order.entity.js';
import type { OrderStatus } from './order-status.js';

type OrderEventType = Exclude<EventType & `order.${string}`, 'order.partially-cancelled'>;

const EVENT_OF: Readonly<Record<OrderStatus, OrderEventType>> = {
  pending: 'order.created',
  paid: 'order.paid',
  shipped: 'order.shipped',
  completed: 'order.completed',
  cancelled: 'order.cancelled',
};

/** The events of an order's transitions, appended to the outbox in the same transaction. */
@Injectable()
export class OrderEvents {
  constructor(private readonly outbox: Outbox) {}

  append(tx: Tx, event: Envelope): Promise<void> {
    return this.outbox.append(tx, event);
  }

  /** Builds the events of a new order. One that costs nothing is paid when it is placed, and is told to be so. */
  placed(order: Order): Envelope[] {
    const types = new Set<OrderEventType>(['order.created', EVENT_OF[order.status]]);
    return [...types].map((type) => this.make(type, order, null));
  }

  /** Builds the event of the order's transition from `previous`. */
  of(order: Order, previous: OrderStatus): Envelope {
    return this.make(EVENT_OF[order.status], order, previous);
  }

  /** Builds the event of money that went back. */
  refunded(order: Order): Envelope {
    return this.make('order.refunded', order, order.status);
  }

  /** Builds the event of a guest's order that has a customer now. */
  claimed(order: Order): Envelope {
    return this.make('order.claimed', order, order.status);
  }

  /** Builds the events of what left, and of what was cancelled unless that is the whole order. */
  ofParts(order: Order, { left = [], cancellation }: ChangedParts): Envelope[] {
    const events: Envelope[] = left.map((shipment) =>
      eventOf('shipment.shipped', order, {
        ...payloadOf(order, order.status),
        shipment: {
          shipment_id: shipment.shipmentId,
          shipment_ref: shipment.shipmentRef,
          items: piecesOf(order, shipment.items),
          parcels: shipment.parcels.map((parcel) => ({ ...parcel, tracking_url: trackingUrl(parcel) })),
          shipped_at: (shipment.shippedAt ?? order.updatedAt).toISOString(),
        },
      }),
    );
    if (!cancellation || order.status === 'cancelled') return events;
    const { cancellationId, cancellationRef, items, amount, reason } = cancellation;
    const cancelled = eventOf('order.partially-cancelled', order, {
      ...payloadOf(order, order.status),
      cancel_reason: reason,
      cancellation: {
        cancellation_id: cancellationId,
        cancellation_ref: cancellationRef,
        items: piecesOf(order, items),
        amount: formatMoney(amount, order.currency),
      },
    });
    return [...events, cancelled];
  }

  private make(type: OrderEventType, order: Order, previous: OrderStatus | null): Envelope {
    return eventOf(type, order, payloadOf(order, previous));
  }
}

/** Builds an event about an order as it is written now. */
export function eventOf<K extends EventType>(type: K, order: Order, payload: EventPayloads[K]): Envelope<K> {
  const { requestId, traceparent } = currentContext();
  return makeEnvelope(type, {
    aggregate_id: order.orderId,
    aggregate_version: order.version,
    request_id: requestId,
    traceparent,
    occurred_at: order.updatedAt,
    payload,
  });
}

/** Pieces of an order, with what they are. */
export function piecesOf(order: Order, pieces: readonly LinePieces[]) {
  return pieces.map(({ order_item_id, quantity }) => {
    const { productId, sku, name } = lineOf(order, order_item_id);
    return { product_id: productId, sku, name, quantity };
  });
}

/** What an event says about a person. The outbox keeps none of it once the event was sent. */
export function customerData(order: Order) {
  return {
    customer_email: order.customerEmail,
    ...(order.customerName !== null && { customer_name: order.customerName }),
    shipping_address: destinationText(order.shippingAddress),
    ship_to: structured(order.shippingAddress),
    bill_to: order.billingAddress,
    note: order.note,
    cancel_reason: order.cancelReason,
  };
}

/** What every event about an order says. */
export function payloadOf(order: Order, previous: OrderStatus | null): OrderPayload {
  return {
    order_id: order.orderId,
    order_ref: order.orderRef,
    user_id: order.userId,
    ...customerData(order),
    ...(order.customerEmailVerified !== null && { customer_email_verified: order.customerEmailVerified }),
    status: order.status,
    previous_status: previous,
    payment_status: order.paymentStatus,
    fulfilment_status: order.fulfilmentStatus,
    ...amountsOf(order),
    currency: order.currency,
    items: order.lines.map((line) => ({
      product_id: line.productId,
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      price_at_order: formatMoney(line.priceAtOrder, order.currency),
      line_total: formatMoney(line.lineTotal, order.currency),
      quantity_shipped: line.quantityShipped,
      quantity_cancelled: line.quantityCancelled,
      quantity_returned: line.quantityReturned,
    })),
    carrier: order.carrier,
    tracking_number: order.trackingNumber,
    locale: order.locale,
    created_at: order.createdAt.toISOString(),
  };
}

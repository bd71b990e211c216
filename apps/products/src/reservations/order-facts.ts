import type { OrderPayload, PartialCancellationPayload, ReturnPayload, ShipmentPayload } from '@app/events';
import type { EventContext } from '@app/messaging';
import type { OrderFact } from './reservation-lifecycle.service.js';
import type { PartFact } from './reservation-parts.service.js';

/** Whether its publisher counts what left and publishes `shipment.shipped`, as the release before does not. */
export function tellsOfShipments({ items }: OrderPayload): boolean {
  return items.every(({ quantity_shipped }) => quantity_shipped !== undefined);
}

export function toOrderFact({ order_ref }: OrderPayload, { envelope }: EventContext): OrderFact {
  return { event_id: envelope.event_id, order_ref };
}

export function toShippedPart(payload: ShipmentPayload, context: EventContext): PartFact {
  const { shipment_ref: part_ref, items: pieces } = payload.shipment;
  return { ...toOrderFact(payload, context), part_ref, pieces };
}

export function toCancelledPart(payload: PartialCancellationPayload, context: EventContext): PartFact {
  const { cancellation_ref: part_ref, items: pieces } = payload.cancellation;
  return { ...toOrderFact(payload, context), part_ref, pieces };
}

/** The pieces that go back on sale, which may be none. */
export function toReturnedPart(payload: ReturnPayload, context: EventContext): PartFact {
  const { return_ref: part_ref, items } = payload.return;
  const pieces = items.map(({ product_id, quantity_restocked }) => ({ product_id, quantity: quantity_restocked ?? 0 }));
  return { ...toOrderFact(payload, context), part_ref, pieces };
}

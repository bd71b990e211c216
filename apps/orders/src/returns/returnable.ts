import type { LinePieces } from '../orders/order-line.entity.js';
import { mergePieces } from '../orders/line-pieces.js';
import type { Order } from '../orders/order.entity.js';
import type { Shipment } from '../orders/shipment.entity.js';
import type { Return } from './return.entity.js';
import { isUnderWay } from './return-status.js';
import { quantityNotReturnable, returnWindowOver } from './returns.errors.js';

/** What was shipped, has not come back, and is in no return under way. */
export function returnableOf({ lines }: Order, returns: readonly Return[]): LinePieces[] {
  const underWay = returns.filter(({ status }) => isUnderWay(status)).flatMap(({ items }) => items);
  const announced = (id: number) =>
    underWay.reduce((sum, each) => sum + (each.order_item_id === id ? each.quantity : 0), 0);
  return lines
    .map(({ orderLineId, quantityShipped, quantityReturned }) => ({
      order_item_id: orderLineId,
      quantity: quantityShipped - quantityReturned - announced(orderLineId),
    }))
    .filter(({ quantity }) => quantity > 0);
}

/** @throws DomainError `quantity-not-returnable`, and `validation-failed` for a line of another order */
export function assertReturnable(order: Order, returns: readonly Return[], asked: readonly LinePieces[]): void {
  const returnable = returnableOf(order, returns);
  const most = new Map(returnable.map(({ order_item_id, quantity }) => [order_item_id, quantity]));
  const isTooMuch = mergePieces(order, asked).some((each) => each.quantity > (most.get(each.order_item_id) ?? 0));
  if (isTooMuch) throw quantityNotReturnable(returnable);
}

/** @throws DomainError `return-window-over` if one of the lines came too long ago. */
export function assertInTime(
  order: Order,
  shipments: readonly Shipment[],
  asked: readonly LinePieces[],
  { at, windowMs }: { at: Date; windowMs: number },
): void {
  for (const { order_item_id } of asked) {
    const ended = new Date(cameAt(order, shipments, order_item_id).getTime() + windowMs);
    if (ended <= at) throw returnWindowOver(ended);
  }
}

/** When the last pieces of a line arrived, or else left. */
function cameAt(order: Order, shipments: readonly Shipment[], orderLineId: number): Date {
  const times = shipments
    .filter(({ items }) => items.some(({ order_item_id }) => order_item_id === orderLineId))
    .flatMap(({ deliveredAt, shippedAt }) => deliveredAt ?? shippedAt ?? []);
  // The release before this one shipped without shipments.
  const last = times.toSorted((a, b) => a.getTime() - b.getTime()).at(-1);
  return (
    last ?? order.deliveredAt ?? order.history.findLast(({ status }) => status === 'shipped')?.at ?? order.updatedAt
  );
}

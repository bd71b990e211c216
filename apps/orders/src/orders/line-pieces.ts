import { invalid } from '@app/kernel';
import { openPieces } from './order-axes.js';
import type { LinePieces, OrderLine } from './order-line.entity.js';
import type { Order } from './order.entity.js';
import { quantityExceedsOpen } from './orders.errors.js';

/** Where pieces of a line may be. */
export type Place = 'quantityPrepared' | 'quantityShipped' | 'quantityCancelled' | 'quantityReturned';

/**
 * Returns the pieces that are asked for, one entry per line; all that is open if none are.
 *
 * @throws DomainError `quantity-exceeds-open`, and `validation-failed` for a line of another order
 */
export function takeOpen(order: Order, asked?: readonly LinePieces[]): LinePieces[] {
  const open = openIn(order);
  const pieces = asked ? mergePieces(order, asked) : open;
  const openOf = new Map(open.map(({ order_item_id, quantity }) => [order_item_id, quantity]));
  const isTooMuch = pieces.some(({ order_item_id, quantity }) => quantity > (openOf.get(order_item_id) ?? 0));
  if (isTooMuch || pieces.length === 0) throw quantityExceedsOpen(open);
  return pieces;
}

/** Adds entries of one line up. @throws DomainError `validation-failed` for a line of another order */
export function mergePieces(order: Order, asked: readonly LinePieces[]): LinePieces[] {
  const merged = new Map<number, number>();
  for (const [index, { order_item_id, quantity }] of asked.entries()) {
    if (!order.lines.some(({ orderLineId }) => orderLineId === order_item_id)) throw unknownItem(index);
    merged.set(order_item_id, (merged.get(order_item_id) ?? 0) + quantity);
  }
  return [...merged].map(([order_item_id, quantity]) => ({ order_item_id, quantity }));
}

export function openIn({ lines }: Order): LinePieces[] {
  return lines
    .map((line) => ({ order_item_id: line.orderLineId, quantity: openPieces(line) }))
    .filter(({ quantity }) => quantity > 0);
}

/** Moves pieces from one place to another; without `from` they were open, without `to` they are again. */
export function movePieces(
  order: Order,
  pieces: readonly LinePieces[],
  { from, to }: { from?: Place; to?: Place },
): void {
  for (const { order_item_id, quantity } of pieces) {
    const line = lineOf(order, order_item_id);
    if (from) line[from] -= quantity;
    if (to) line[to] += quantity;
  }
}

export function lineOf({ lines, orderId }: Order, orderLineId: number): OrderLine {
  const line = lines.find((each) => each.orderLineId === orderLineId);
  if (!line) throw new Error(`The order ${orderId} has no line ${orderLineId}.`);
  return line;
}

function unknownItem(index: number) {
  return invalid(`/items/${index}/order_item_id`, 'unknown-item', 'The order has no such line.');
}

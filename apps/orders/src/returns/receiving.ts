import type { LinePieces } from '../orders/order-line.entity.js';
import { mergePieces, movePieces } from '../orders/line-pieces.js';
import type { Order } from '../orders/order.entity.js';
import { shareOf } from '../orders/shares.js';
import type { ReceivedPieces, Return } from './return.entity.js';
import { quantityExceedsAnnounced } from './returns.errors.js';

/**
 * Notes what arrived of a return: it counts as returned from then on, and is worth what the customer paid for it. What
 * is not mentioned is missing.
 *
 * @throws DomainError `quantity-exceeds-announced`, and `validation-failed` for a line of another order
 */
export function receive(order: Order, announced: Return, received: readonly ReceivedPieces[]): void {
  const mentioned = mergePieces(order, received);
  const most = totals(announced.items);
  if (mentioned.some(({ order_item_id, quantity }) => quantity > (most.get(order_item_id) ?? 0)))
    throw quantityExceedsAnnounced(announced.items);
  const arrived = mergePieces(
    order,
    received.filter(({ condition }) => condition !== 'missing'),
  );
  announced.receivedValue = shareOf(order, arrived);
  movePieces(order, arrived, { to: 'quantityReturned' });
  announced.received = [...received];
}

/** What of a line arrived, and what of that goes back on sale. */
export function arrivedOf({ received }: Return, orderLineId: number): { received: number; restocked: number } | null {
  if (received === null) return null;
  const arrived = received.filter((each) => each.order_item_id === orderLineId && each.condition !== 'missing');
  return { received: sum(arrived), restocked: sum(arrived.filter(({ restock }) => restock)) };
}

function totals(pieces: readonly LinePieces[]): Map<number, number> {
  const byLine = Map.groupBy(pieces, ({ order_item_id }) => order_item_id);
  return new Map([...byLine].map(([id, each]) => [id, sum(each)]));
}

const sum = (pieces: readonly LinePieces[]): number => pieces.reduce((total, { quantity }) => total + quantity, 0);

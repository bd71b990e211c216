import { allocate } from '@app/kernel';
import type { LinePieces, OrderLine } from './order-line.entity.js';
import { lineOf } from './line-pieces.js';
import type { Order } from './order.entity.js';

/**
 * Returns what the customer pays for pieces that are about to be cancelled or taken back, in minor units: of each line
 * the shares of its next pieces, and shipping with the last piece of the order. However an order is taken apart, the
 * parts sum to its total.
 */
export function shareOf(order: Order, pieces: readonly LinePieces[]): number {
  const shares = pieces.map(({ order_item_id, quantity }) =>
    shareOfLine(order, lineOf(order, order_item_id), quantity),
  );
  const given = sum(pieces.map(({ quantity }) => quantity));
  const isRest = given > 0 && given === sum(order.lines.map(left));
  return sum(shares) + (isRest ? shippingOf(order) : 0);
}

function shareOfLine(order: Order, line: OrderLine, quantity: number): number {
  const gone = line.quantity - left(line);
  const each = allocate(costOf(order, line), Array<number>(line.quantity).fill(1));
  return sum(each.slice(gone, gone + quantity));
}

/** With the tax that is added to it. */
function costOf({ pricesIncludeTax }: Order, { lineTotal, taxTotal }: OrderLine): number {
  return lineTotal + (pricesIncludeTax ? 0 : taxTotal);
}

function shippingOf(order: Order): number {
  return order.orderTotal - sum(order.lines.map((line) => costOf(order, line)));
}

/** Pieces that the customer keeps or still gets. */
const left = ({ quantity, quantityCancelled, quantityReturned }: OrderLine): number =>
  quantity - quantityCancelled - quantityReturned;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import { invalid, MAX_PRICE } from '@app/kernel';
import type { RequestedLine } from '../stock/inventory.client.js';

/** Minor units: the dearest order there can be. */
export const MAX_TOTAL = MAX_LINES * MAX_QUANTITY * MAX_PRICE;

/**
 * One line per product, sorted by product id: every transaction locks products in this order, so two baskets with the
 * same products never wait for each other in a circle.
 */
export function mergeLines(items: readonly RequestedLine[]): RequestedLine[] {
  const merged = new Map<number, RequestedLine>();
  items.forEach((item, index) => {
    const line = merged.get(item.product_id);
    merged.set(item.product_id, line ? join(line, item, index) : { ...item });
  });
  return [...merged.values()].sort((a, b) => a.product_id - b.product_id);
}

function join(line: RequestedLine, item: RequestedLine, index: number): RequestedLine {
  const quantity = line.quantity + item.quantity;
  if (quantity > MAX_QUANTITY) {
    const message = `An order takes at most ${MAX_QUANTITY} of one product, over all its lines.`;
    throw invalid(`/items/${index}/quantity`, 'max', message);
  }
  const expected = line.price_at_order ?? item.price_at_order;
  if (item.price_at_order !== undefined && item.price_at_order !== expected) {
    const message = 'Lines of the same product must expect the same price.';
    throw invalid(`/items/${index}/price_at_order`, 'contradiction', message);
  }
  return { ...line, quantity, ...(expected !== undefined && { price_at_order: expected }) };
}

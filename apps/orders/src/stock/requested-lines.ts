import { MAX_QUANTITY } from '@app/events';
import { invalid } from '@app/kernel';
import type { RequestedLine } from './inventory.client.js';

/**
 * Returns one line per product, sorted by product id. Every transaction locks products in this order, so baskets with
 * the same products cannot deadlock.
 */
export function mergeLines(requested: readonly RequestedLine[]): RequestedLine[] {
  const merged = new Map<number, RequestedLine>();
  requested.forEach((next, index) => {
    const line = merged.get(next.product_id);
    merged.set(next.product_id, line ? join(line, next, index) : { ...next });
  });
  return [...merged.values()].sort((a, b) => a.product_id - b.product_id);
}

function join(line: RequestedLine, next: RequestedLine, index: number): RequestedLine {
  const quantity = line.quantity + next.quantity;
  if (quantity > MAX_QUANTITY) {
    const message = `An order takes at most ${MAX_QUANTITY} of one product, over all its lines.`;
    throw invalid(`/items/${index}/quantity`, 'max', message);
  }
  const expected = line.price_at_order ?? next.price_at_order;
  if (next.price_at_order !== undefined && next.price_at_order !== expected) {
    const message = 'Lines of the same product must expect the same price.';
    throw invalid(`/items/${index}/price_at_order`, 'contradiction', message);
  }
  return { ...line, quantity, ...(expected !== undefined && { price_at_order: expected }) };
}

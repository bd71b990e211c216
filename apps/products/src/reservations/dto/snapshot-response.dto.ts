import { formatMoney } from '@app/kernel';
import type { Snapshot } from '../reservations.service.js';

/** The reserved products with their prices; repeating the reservation returns the same. */
export interface SnapshotResponse {
  currency: string;
  items: { product_id: number; sku: string; name: string; price: string }[];
}

export function toSnapshotResponse({ currency, items }: Snapshot): SnapshotResponse {
  return {
    currency,
    items: items.map(({ product_id, sku, name, price }) => ({
      product_id,
      sku,
      name,
      price: formatMoney(price, currency),
    })),
  };
}

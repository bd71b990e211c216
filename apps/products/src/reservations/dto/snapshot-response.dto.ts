import { formatMoney } from '@app/kernel';
import type { Snapshot } from '../reservations.service.js';

/** Products with their prices, and what these depend on. */
export interface SnapshotResponse {
  currency: string;
  items: {
    product_id: number;
    sku: string;
    name: string;
    price: string;
    weight_grams: number | null;
    tax_category: string;
  }[];
}

export function toSnapshotResponse({ currency, items }: Snapshot): SnapshotResponse {
  return {
    currency,
    items: items.map(({ product_id, sku, name, price, weight_grams, tax_category }) => ({
      product_id,
      sku,
      name,
      price: formatMoney(price, currency),
      weight_grams,
      tax_category,
    })),
  };
}

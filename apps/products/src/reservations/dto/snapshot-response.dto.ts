import { formatMoney } from '@app/kernel';
import type { ReservationItem } from '../reservation-item.entity.js';

/** What was reserved at which price; every repeat of the same reservation answers it. */
export interface SnapshotResponse {
  currency: string;
  items: { product_id: number; sku: string; name: string; price: string }[];
}

export function toSnapshotResponse(items: ReservationItem[], currency: string): SnapshotResponse {
  return {
    currency,
    items: items.map(({ productId, sku, name, price }) => ({
      product_id: productId,
      sku,
      name,
      price: formatMoney(price),
    })),
  };
}

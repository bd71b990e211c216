import { formatMoney } from '@app/kernel';

/** The reserved products with their prices; repeating the reservation returns the same. */
export interface SnapshotResponse {
  currency: string;
  items: { product_id: number; sku: string; name: string; price: string }[];
}

export function toSnapshotResponse(
  items: readonly { product_id: number; sku: string; name: string; price: number }[],
  currency: string,
): SnapshotResponse {
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

import { formatMoney } from '@app/kernel';

/** What was reserved at which price; every repeat of the same reservation answers it. */
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

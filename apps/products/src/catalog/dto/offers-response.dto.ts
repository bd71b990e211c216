import type { SnapshotResponse } from '../../reservations/dto/snapshot-response.dto.js';
import { toSnapshotResponse } from '../../reservations/dto/snapshot-response.dto.js';
import type { Offers } from '../offers.service.js';

/** The price snapshot, and how many pieces there are now. */
export interface OffersResponse extends SnapshotResponse {
  items: (SnapshotResponse['items'][number] & { available_quantity: number })[];
}

export function toOffersResponse(offers: Offers): OffersResponse {
  const { currency, items } = toSnapshotResponse(offers);
  return {
    currency,
    items: items.map((item, index) => ({ ...item, available_quantity: offers.items[index]?.available ?? 0 })),
  };
}

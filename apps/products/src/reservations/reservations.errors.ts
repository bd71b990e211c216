import { declareErrors, type DomainError, invalid } from '@app/kernel';
import { manifest } from '../products.manifest.js';

const refusal = declareErrors(manifest.refuses);

export interface Shortage {
  product_id: number;
  requested: number;
  available: number;
}

export interface PriceChange {
  product_id: number;
  expected_price: string;
  price: string;
}

export const insufficientStock = (items: Shortage[]): DomainError =>
  refusal('insufficient-stock', 'There is not enough stock for this order.', { details: { items } });

export const priceChanged = (items: PriceChange[]): DomainError =>
  refusal('price-changed', 'A price has changed since you read it.', { details: { items } });

/** `line` counts from 0. */
export const contradictingPrices = (line: number): DomainError =>
  invalid(`/items/${line}/expected_price`, 'contradiction', 'Lines of the same product must expect the same price.');

export const unknownProducts = (productIds: number[]): DomainError =>
  refusal('unknown-product', `These products do not exist or are no longer sold: ${productIds.join(', ')}.`, {
    details: { product_ids: productIds },
    errors: productIds.map((id) => ({
      pointer: '/items',
      code: 'unknown-product',
      message: `Product ${id} does not exist or is no longer sold.`,
    })),
  });

export const reservationEnded = (): DomainError =>
  refusal('reservation-ended', 'The reservation of this order has ended. Place the order again.');

export const stockKeepsMoving = (): DomainError =>
  refusal('inventory-unavailable', 'The stock of this order changes too quickly. Try again in a second.');

import { declareErrors, type DomainError } from '@app/kernel';
import { products } from '../../../services.js';

const refusal = declareErrors(products.refuses);

export function inventoryUnavailable(cause: unknown): DomainError {
  return refusal('inventory-unavailable', 'Stock cannot be reserved at the moment. Nothing was ordered; try again.', {
    retryAfter: 2,
    cause,
  });
}

export function unknownProduct(productId: number, pointer: string): DomainError {
  const message = `Product ${productId} does not exist or is no longer sold.`;
  return refusal('unknown-product', message, { errors: [{ pointer, code: 'unknown-product', message }] });
}

/** The hold expired before the order was stored, and its stock is on sale again. */
export function reservationLost(): DomainError {
  return refusal(
    'inventory-unavailable',
    'Storing the order took so long that its stock was given back. Nothing was ordered; try again.',
    { retryAfter: 1 },
  );
}

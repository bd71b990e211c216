import { DomainError } from '@app/kernel';

export function inventoryUnavailable(cause: unknown): DomainError {
  return new DomainError(
    'inventory-unavailable',
    'Stock cannot be reserved at the moment. Nothing was ordered; try again.',
    {
      retryAfter: 2,
      cause,
    },
  );
}

/** The hold expired before the order was stored, and its stock is on sale again. */
export function reservationLost(): DomainError {
  return new DomainError(
    'inventory-unavailable',
    'Storing the order took so long that its stock was given back. Nothing was ordered; try again.',
    { retryAfter: 1 },
  );
}

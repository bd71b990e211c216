import { declareErrors, type DomainError, invalid, notFound } from '@app/kernel';

const inventoryError = declareErrors({
  'below-reserved': { kind: 'conflict', title: 'The stock would fall below what is reserved' },
});

/** Maximum units of a product; twice as many still fit a 32-bit column. */
export const MAX_STOCK = 1_000_000_000;

export const noSuchProduct = (): DomainError => notFound('product');

export const belowReserved = (reserved: number): DomainError =>
  inventoryError(
    'below-reserved',
    `Open orders hold ${reserved} of this product, so the stock cannot fall below that.`,
    {
      details: { reserved_quantity: reserved },
    },
  );

export const stockTooLarge = (pointer: string): DomainError =>
  invalid(pointer, 'too-large', `The stock of a product cannot exceed ${MAX_STOCK}.`);

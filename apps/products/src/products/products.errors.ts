import { DomainError, notFound } from '@app/kernel';

export const noSuchProduct = (): DomainError => notFound('product');

export const skuTaken = (): DomainError =>
  new DomainError('sku-taken', 'Another product has this sku. Choose another one.');

export const skuImmutable = (): DomainError =>
  new DomainError('sku-immutable', 'The sku of a product never changes. Archive it and create another one instead.');

export const stockReserved = (): DomainError =>
  new DomainError('stock-reserved', 'Open orders hold stock of this product. Ship or cancel them first.');

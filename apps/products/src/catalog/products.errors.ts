import { declareErrors, type DomainError, type FieldError, invalid } from '@app/kernel';

const catalogError = declareErrors({
  'sku-taken': { kind: 'conflict', title: 'Another product has this sku' },
  'sku-immutable': { kind: 'conflict', title: 'A sku never changes' },
  'stock-reserved': { kind: 'conflict', title: 'Open orders hold stock of this product' },
  'query-too-broad': { kind: 'invalid', title: 'The search would take the database too long' },
});

export const skuTaken = (): DomainError =>
  catalogError('sku-taken', 'Another product has this sku. Choose another one.');

export const skuImmutable = (): DomainError =>
  catalogError('sku-immutable', 'The sku of a product never changes. Archive it and create another one instead.');

export const stockReserved = (): DomainError =>
  catalogError('stock-reserved', 'Open orders hold stock of this product. Ship or cancel them first.');

export const categoryNeeded = (): DomainError =>
  invalid('?descendants', 'category-needed', 'descendants says what category_id includes: send category_id, too.');

interface BroadList {
  q?: string | undefined;
  category?: string | undefined;
  category_id?: number | undefined;
  min_price?: number | undefined;
  max_price?: number | undefined;
  in_stock?: boolean | undefined;
  /** Undefined with a cursor. */
  page?: number | undefined;
  sort: string;
}

/** The list would take the database too long; its errors name what to narrow. */
export function queryTooBroad({
  q,
  category,
  category_id,
  in_stock,
  page = 1,
  sort,
  ...prices
}: BroadList): DomainError {
  const isPriced = prices.min_price !== undefined || prices.max_price !== undefined;
  const ways: [applies: boolean, pointer: string, message: string][] = [
    [q !== undefined, '?q', 'Search for more words, or for rarer ones.'],
    [in_stock !== undefined, '?in_stock', 'Leave in_stock out, or name a category with it.'],
    [category === undefined && category_id === undefined, '?category', 'Name a category.'],
    [true, '?max_price', 'Narrow the price range.'],
    [isPriced && sort !== 'price', '?sort', 'Sort by price when you filter by price.'],
    [page > 1, '?cursor', 'Follow next_cursor with ?cursor= instead of asking for a later page.'],
  ];
  const errors = ways
    .filter(([applies]) => applies)
    .map(([, pointer, message]): FieldError => ({ pointer, code: 'too-broad', message }));
  return catalogError('query-too-broad', 'This search would take the database too long. Narrow it.', { errors });
}

import type { Total } from '@app/database';
import { type Caller, DomainError, hasRole, type ListRequest, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { type CachedAnswer, CatalogCache, type LookupResult } from '../cache/catalog-cache.js';
import { KnownTotals } from '../cache/known-totals.js';
import { type ProductFilter, ProductListsRepository } from './product-lists.repository.js';
import { type CatalogProduct, ProductsRepository } from './products.repository.js';
import { RefusedLists } from './refused-lists.js';

/** Reads of the catalog, about a thousand per write. `answer` makes the response that the cache keeps. */
@Injectable()
export class CatalogService {
  private readonly refused = new RefusedLists();

  constructor(
    private readonly products: ProductsRepository,
    private readonly lists: ProductListsRepository,
    private readonly cache: CatalogCache,
    private readonly totals: KnownTotals,
  ) {}

  /** Staff also see archived products, and never a cached answer. */
  async show(
    productId: number,
    answer: (product: CatalogProduct) => CachedAnswer,
    caller?: Caller,
  ): Promise<LookupResult> {
    const isStaff = seesArchived(caller);
    const load = async () => {
      const product = await this.products.findById(productId);
      return product && (product.status === 'active' || isStaff) ? answer(product) : null;
    };
    return isStaff ? [await load(), 'BYPASS'] : this.cache.product(productId, load);
  }

  async list(
    filter: Omit<ProductFilter, 'active_only'>,
    request: ListRequest,
    answer: (page: Page<CatalogProduct>, request: ListRequest) => CachedAnswer,
    caller?: Caller,
  ): Promise<LookupResult> {
    const isStaff = seesArchived(caller);
    const load = async (generation?: string) => {
      const known = isStaff ? undefined : (count: () => Promise<Total>) => this.totals.of(filter, generation, count);
      return answer(await this.lists.list({ ...filter, active_only: !isStaff }, request, known), request);
    };
    const query = JSON.stringify([filter, request]);
    this.refused.check(query);
    try {
      return await (isStaff ? this.cache.uncachedList(load) : this.cache.list(query, load));
    } catch (error) {
      if (error instanceof DomainError && error.code === 'query-too-broad') this.refused.note(query, error);
      throw error;
    }
  }
}

function seesArchived(caller: Caller | undefined): boolean {
  return caller !== undefined && hasRole(caller, 'staff');
}

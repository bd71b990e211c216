import type { Total } from '@app/database';
import { type Caller, DomainError, hasRole, type ListRequest } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { listAnswer, productAnswer } from '../cache/answers.js';
import { CatalogCache, type LookupResult } from '../cache/catalog-cache.js';
import { KnownTotals } from '../cache/known-totals.js';
import { toProductResponse } from './dto/product-response.dto.js';
import { type ProductFilter, ProductListsRepository } from './product-lists.repository.js';
import { ProductsRepository } from './products.repository.js';
import { RefusedLists } from './refused-lists.js';

/** Reads of the catalog, about a thousand per write. */
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
  async show(productId: number, caller?: Caller): Promise<LookupResult> {
    const isStaff = seesArchived(caller);
    const load = async () => {
      const product = await this.products.findById(productId);
      return product && (product.status === 'active' || isStaff) ? productAnswer(toProductResponse(product)) : null;
    };
    return isStaff ? [await load(), 'BYPASS'] : this.cache.product(productId, load);
  }

  async list(filter: Omit<ProductFilter, 'active_only'>, request: ListRequest, caller?: Caller): Promise<LookupResult> {
    const isStaff = seesArchived(caller);
    const load = async (generation?: string) => {
      const known = isStaff ? undefined : (count: () => Promise<Total>) => this.totals.of(filter, generation, count);
      const page = await this.lists.list({ ...filter, active_only: !isStaff }, request, known);
      return listAnswer('products', { ...page, items: page.items.map(toProductResponse) }, request);
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

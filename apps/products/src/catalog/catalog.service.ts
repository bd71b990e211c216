import type { Total } from '@app/database';
import { type Caller, DomainError, hasRole, type ListRequest, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type CachedAnswer, CatalogCache, type LookupResult } from '../cache/catalog-cache.js';
import { KnownTotals } from '../cache/known-totals.js';
import type { Facets } from './facets.js';
import { ProductFacetsRepository } from './product-facets.repository.js';
import { type ProductFilter, ProductListsRepository } from './product-lists.repository.js';
import { type CatalogProduct, ProductsRepository } from './products.repository.js';

const REFUSED_MS = 30_000;

export interface ProductListRequest extends ListRequest {
  /** Names of facets to count; undefined without any. */
  facets?: readonly string[] | undefined;
}

export interface ProductPage extends Page<CatalogProduct> {
  facets?: Facets | undefined;
}

/** Reads of the catalog, about a thousand per write. `answer` makes the response that the cache keeps. */
@Injectable()
export class CatalogService {
  /** Lists that were too broad, so that the database does not spend the same time on them again. */
  private readonly refused = new LRUCache<string, DomainError>({ max: 1_000, ttl: REFUSED_MS });

  constructor(
    private readonly products: ProductsRepository,
    private readonly lists: ProductListsRepository,
    private readonly facets: ProductFacetsRepository,
    private readonly cache: CatalogCache,
    private readonly totals: KnownTotals,
  ) {}

  /** Staff also see archived products, and never a cached answer. */
  async show(
    productId: number,
    answer: (product: CatalogProduct) => CachedAnswer,
    caller?: Caller,
  ): Promise<LookupResult> {
    const isStaff = hasRole(caller, 'staff');
    const load = async () => {
      const product = await this.products.findById(productId);
      return product && (product.status === 'active' || isStaff) ? answer(product) : null;
    };
    return isStaff ? [await load(), 'BYPASS'] : this.cache.product(productId, load);
  }

  async list(
    filter: Omit<ProductFilter, 'active_only'>,
    request: ProductListRequest,
    answer: (page: ProductPage, request: ListRequest) => CachedAnswer,
    caller?: Caller,
  ): Promise<LookupResult> {
    const isStaff = hasRole(caller, 'staff');
    const load = async (generation?: string) => {
      const known = isStaff ? undefined : (count: () => Promise<Total>) => this.totals.of(filter, generation, count);
      const [since, shown] = [performance.now(), { ...filter, active_only: !isStaff }];
      const page = await this.lists.list(shown, request, known);
      const facets = request.facets && (await this.facets.count(shown, request.facets, since));
      return answer({ ...page, facets }, request);
    };
    const query = JSON.stringify([filter, request]);
    const refusal = this.refused.get(query);
    if (refusal) throw refusal;
    try {
      return await (isStaff ? this.cache.uncachedList(load) : this.cache.list(query, load));
    } catch (error) {
      if (error instanceof DomainError && error.code === 'query-too-broad') this.refused.set(query, error);
      throw error;
    }
  }
}

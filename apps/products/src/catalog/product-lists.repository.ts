import { countTotal, Database, inList, isTimedOut, ListQuery, runWithin, shownTotal, type Total } from '@app/database';
import type { ListRequest, Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { KnownValues } from '../cache/known-values.js';
import { CategoryFilter } from './category-filter.js';
import { foldedKey } from './folding.js';
import { optionKey, type OptionValues } from './option-values.js';
import { type Condition, occurs, ProductSearch } from './product-search.js';
import { RELEVANCE, relevantPlaces } from './relevance.js';
import { searchTiers, type Terms } from './search-terms.js';
import { queryTooBroad } from './products.errors.js';
import { type CatalogProduct, PRODUCT_COLUMNS, type ProductRow, ProductsRepository } from './products.repository.js';

export interface ProductFilter {
  /** Excludes archived products. */
  active_only: boolean;
  q?: string | undefined;
  sku?: string | undefined;
  ids?: number[] | undefined;
  category?: string | undefined;
  option?: OptionValues | undefined;
  category_id?: number | undefined;
  /** Of `category_id`: also the categories below. */
  descendants?: boolean | undefined;
  min_price?: number | undefined;
  max_price?: number | undefined;
  in_stock?: boolean | undefined;
  /** Of each group only its first matching variant. */
  collapse?: 'group' | undefined;
}

/** May return a cached total instead of counting. */
type KnownTotal = (count: () => Promise<Total>) => Promise<Total>;

/** Maximum time of a list's queries. */
export const LIST_MS = 250;
const SORT_COLUMNS = { name: 'p.name_key', price: 'p.price', created_at: 'p.created_at' };

@Injectable()
export class ProductListsRepository {
  private readonly search: ProductSearch;
  private readonly categories: CategoryFilter;

  constructor(
    private readonly database: Database,
    private readonly products: ProductsRepository,
    values: KnownValues,
  ) {
    this.search = new ProductSearch(database, values);
    this.categories = new CategoryFilter(database);
  }

  /** @throws DomainError `query-too-broad` */
  async list(filter: ProductFilter, request: ListRequest, known?: KnownTotal): Promise<Page<CatalogProduct>> {
    try {
      const tiers = filter.q === undefined ? undefined : searchTiers(filter.q);
      if (tiers?.length === 0)
        return { items: [], total: request.with_total ? 0 : null, total_is_exact: true, next: null };
      return await (tiers && request.sort.field === RELEVANCE
        ? this.byRelevance(filter, tiers, request, known)
        : this.sorted(filter, tiers?.at(-1) ?? [], request, known));
    } catch (error) {
      throw isTimedOut(error) ? queryTooBroad({ ...filter, page: request.page, sort: request.sort.field }) : error;
    }
  }

  /** All that a filter finds: SQL after FROM, and its conditions. Null for a search without a word. */
  async matching(filter: ProductFilter): Promise<{ table: string; conditions: Condition[] } | null> {
    const tiers = filter.q === undefined ? undefined : searchTiers(filter.q);
    if (tiers?.length === 0) return null;
    const words = tiers?.at(-1) ?? [];
    const { join, conditions } = await this.found(words);
    const narrowed = await this.narrowed(filter, words);
    return { table: this.table(filter, join), conditions: [...conditions, ...narrowed.conditions] };
  }

  private async sorted(
    filter: ProductFilter,
    words: readonly Terms[],
    request: ListRequest,
    known: KnownTotal = (count) => count(),
  ): Promise<Page<CatalogProduct>> {
    const { join, conditions, share } = await this.found(words);
    const narrowed = await this.narrowed(filter, words);
    const query = ListQuery.from<ProductRow>(this.table(filter, join), PRODUCT_COLUMNS)
      .sortable(SORT_COLUMNS, 'p.product_id')
      .within(LIST_MS)
      .expecting(share);
    for (const [sql, params] of [...conditions, ...narrowed.conditions]) query.where(sql, ...params);
    const page = await query.page(this.database, request, (count) => known(() => count().then(narrowed.total)));
    return { ...page, items: page.items.map((row) => this.products.toProduct(row)) };
  }

  private async byRelevance(
    filter: ProductFilter,
    tiers: readonly Terms[][],
    request: ListRequest,
    known: KnownTotal = (count) => count(),
  ): Promise<Page<CatalogProduct>> {
    const { conditions, total: most } = await this.narrowed(filter, tiers.at(-1));
    const run = runWithin(this.database, LIST_MS);
    const table = (join: string) => this.table(filter, join);
    const places = await relevantPlaces(this.search, { tiers, conditions, table }, request, run);
    const count = async (): Promise<Total> => {
      const { join, conditions: words, share } = await this.found(tiers.at(-1) ?? []);
      const all = [...words, ...conditions];
      const matching = `SELECT 1 AS one FROM ${table(join)} WHERE ${all.map(([sql]) => `(${sql})`).join(' AND ')}`;
      const params = all.flatMap(([, params]) => params);
      return countTotal(this.database, run, { matching, params, share }).then(most);
    };
    const { total, exact } = request.with_total
      ? (shownTotal(request, places.length) ?? (await known(count)))
      : { total: null, exact: false };
    const shown = places.slice(0, request.page_size);
    const found = await this.products.findAll(shown.map(([, productId]) => productId));
    return {
      items: found.filter((product) => product !== null),
      total,
      total_is_exact: exact,
      next: places.length > shown.length ? (shown.at(-1) ?? null) : null,
    };
  }

  private found(words: readonly Terms[]) {
    return words.length === 0 ? { join: '', conditions: [], share: 1 } : this.search.find(words);
  }

  /** Every sort order has an index per category, but the optimizer would scan one over all categories. */
  private table({ category }: ProductFilter, join: string): string {
    const isWithin = category !== undefined && this.database.dialect === 'mysql';
    const hint = isWithin ? ' IGNORE INDEX (products_name_key, products_price, products_created_at)' : '';
    return `products p${hint}${join}`;
  }

  private async narrowed(filter: ProductFilter, words: readonly Terms[] = []) {
    const { conditions: within, most } = await this.categories.find(filter, LIST_MS);
    const wanted = [...this.conditions(filter), ...within];
    // `words` are those by which a product is found at all.
    const conditions = filter.collapse ? [...wanted, firstOfGroup([...wanted, ...words.map(occurs)])] : wanted;
    const total = (counted: Total): Total => ({ ...counted, total: Math.min(counted.total, most) });
    return { conditions, total };
  }

  private conditions(filter: ProductFilter): Condition[] {
    const { active_only, sku, ids, category, option = {}, min_price, max_price, in_stock } = filter;
    const conditions: Condition[] = [];
    if (active_only) conditions.push(["p.status = 'active'", []]);
    if (sku !== undefined) conditions.push(['p.sku = ?', [sku]]);
    if (ids !== undefined) conditions.push([`p.product_id ${inList(ids)}`, ids]);
    if (category !== undefined) conditions.push(...this.within(category));
    for (const [name, value] of Object.entries(option)) {
      const has = 'SELECT 1 FROM product_option_values o WHERE o.product_id = p.product_id';
      conditions.push([`EXISTS (${has} AND o.name_key = ? AND o.value_key = ?)`, [optionKey(name), optionKey(value)]]);
    }
    if (min_price !== undefined) conditions.push(['p.price >= ?', [min_price]]);
    if (max_price !== undefined) conditions.push(['p.price <= ?', [max_price]]);
    if (in_stock !== undefined) {
      // Every product has a row, so EXISTS is enough. For NOT EXISTS the databases read the whole table.
      const available = 'SELECT 1 FROM inventory i WHERE i.product_id = p.product_id AND i.stock_quantity';
      conditions.push([`EXISTS (${available} ${in_stock ? '>' : '<='} i.reserved_quantity)`, []]);
    }
    return conditions;
  }

  /** Uses the index on the folded category, and then compares the exact spelling. */
  private within(category: string): Condition[] {
    const exactly = this.database.dialect === 'mysql' ? 'p.category COLLATE utf8mb4_bin = ?' : 'p.category = ?';
    return [
      ['p.category_key = ?', [foldedKey(category, 100)]],
      [exactly, [category.normalize('NFC')]],
    ];
  }
}

/** Leaves out a variant where one made earlier meets the same conditions. A group has few enough to look at each. */
function firstOfGroup(conditions: readonly Condition[]): Condition {
  const same = conditions.map(([sql]) => `(${sql.replace(/\b([pw])\./g, 'earlier_$1.')})`);
  const earlier = ['earlier_p.group_id = p.group_id', 'earlier_p.product_id < p.product_id', ...same];
  const table = 'products earlier_p JOIN product_words earlier_w ON earlier_w.product_id = earlier_p.product_id';
  const sql = `(p.group_id IS NULL OR NOT EXISTS (SELECT 1 FROM ${table} WHERE ${earlier.join(' AND ')}))`;
  return [sql, conditions.flatMap(([, params]) => params)];
}

import { Database, ListQuery, type ListRequest, type Page, type Total, type Tx } from '@app/database';
import { gathering } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { ProductsSettings } from '../products.settings.js';
import { Product, type ProductStatus } from './product.entity.js';
import { noSuchProduct, queryTooBroad } from './products.errors.js';
import { foldedKey, queryWords, searchWords } from './search-words.js';
import { WordShares } from './word-shares.js';

/** A product as others see it: without the columns that only serve the indexes, with the stage's currency. */
export type CatalogProduct = Omit<Product, 'nameKey' | 'categoryKey' | 'searchWords'> & {
  currency: string;
  /** Pieces that nobody holds, for showing. */
  availableQuantity: number;
};

export type NewProduct = Pick<Product, 'sku' | 'name' | 'description' | 'category' | 'price'>;
export type ProductChanges = Partial<Omit<NewProduct, 'sku'>>;

export interface ProductFilter {
  /** Archived products are left out. */
  active_only: boolean;
  q?: string | undefined;
  sku?: string | undefined;
  ids?: number[] | undefined;
  category?: string | undefined;
  min_price?: number | undefined;
  max_price?: number | undefined;
  in_stock?: boolean | undefined;
}

/** The columns of a product that are read. */
export interface ProductRow {
  product_id: number;
  sku: string;
  name: string;
  description: string | null;
  category: string | null;
  price: number | string;
  status: ProductStatus;
  created_at: unknown;
  updated_at: unknown;
  version: number;
  available_quantity: number;
}

// A join would be made for every row that a list passes; this is asked for those it shows.
const COLUMNS = `p.product_id, p.sku, p.name, p.description, p.category, p.price, p.status, p.created_at, p.updated_at, p.version,
  (SELECT i.stock_quantity - i.reserved_quantity FROM inventory i WHERE i.product_id = p.product_id) AS available_quantity`;
/** No list holds the database longer. */
const LIST_MS = 250;
/** Products read by one statement. The server prepares each size once per connection, so there are few: powers of two. */
const READ_AT_ONCE = 16;
const SORT_COLUMNS = { name: 'p.name_key', price: 'p.price', created_at: 'p.created_at' };

@Injectable()
export class ProductsRepository {
  private readonly words: WordShares;
  /** Under load many products are missed in one turn; a statement costs more than a row. */
  private readonly findWithOthers = gathering(READ_AT_ONCE, (ids: number[]) => this.findAll(ids));

  constructor(
    private readonly database: Database,
    private readonly settings: ProductsSettings,
  ) {
    this.words = new WordShares(database);
  }

  async insert(tx: Tx, product: NewProduct, now: Date): Promise<number> {
    const row = {
      ...product,
      ...keysOf(product),
      status: 'active' as const,
      createdAt: now,
      updatedAt: now,
      version: 1,
    };
    const { identifiers } = await this.database.repository(Product, tx).insert(row);
    return Number((identifiers[0] as Pick<Product, 'productId'>).productId);
  }

  isSkuTaken(error: unknown): boolean {
    return this.database.isDuplicate(error, 'sku');
  }

  async findById(productId: number, tx?: Tx): Promise<CatalogProduct | null> {
    if (!tx) return this.findWithOthers(productId);
    const [product = null] = await this.findAll([productId], tx);
    return product;
  }

  async getById(productId: number, tx?: Tx): Promise<CatalogProduct> {
    const product = await this.findById(productId, tx);
    if (!product) throw noSuchProduct();
    return product;
  }

  /** Locks the product until the transaction ends and raises its version, by one statement that both databases have. */
  async lockForChange(tx: Tx, productId: number, now: Date): Promise<CatalogProduct> {
    const sql = 'UPDATE products SET version = version + 1, updated_at = ? WHERE product_id = ?';
    const { affected } = await this.database.execute(sql, [now, productId], tx);
    if (affected === 0) throw noSuchProduct();
    return this.getById(productId, tx);
  }

  async change(tx: Tx, product: CatalogProduct, changes: ProductChanges): Promise<void> {
    const keys = keysOf({ ...product, ...changes });
    await this.database.repository(Product, tx).update({ productId: product.productId }, { ...changes, ...keys });
  }

  async archive(tx: Tx, productId: number): Promise<void> {
    await this.database.repository(Product, tx).update({ productId }, { status: 'archived' });
  }

  /** `known` may answer the total from memory. */
  async list(
    filter: ProductFilter,
    request: ListRequest,
    known?: (count: () => Promise<Total>) => Promise<Total>,
  ): Promise<Page<CatalogProduct>> {
    const query = ListQuery.from<ProductRow>(this.table(filter), COLUMNS)
      .sortable(SORT_COLUMNS, 'p.product_id')
      .within(LIST_MS);
    if (filter.q !== undefined) await this.search(query, queryWords(filter.q));
    for (const [sql, params] of this.conditions(filter)) query.where(sql, ...params);
    const page = await query.page(this.database, request, known).catch((error: unknown) => {
      throw this.database.isTimedOut(error)
        ? queryTooBroad({ ...filter, page: request.page, sort: request.sort.field })
        : error;
    });
    return { ...page, items: page.items.map((row) => this.toProduct(row)) };
  }

  /** Every order has an index within a category; the optimizer takes one over all, and passes by all other categories. */
  private table({ category }: ProductFilter): string {
    return category !== undefined && this.database.dialect === 'mysql'
      ? 'products p IGNORE INDEX (products_name_key, products_price, products_created_at)'
      : 'products p';
  }

  private conditions(filter: ProductFilter): [sql: string, params: unknown[]][] {
    const { active_only, sku, ids, category, min_price, max_price, in_stock } = filter;
    const conditions: [string, unknown[]][] = [];
    if (active_only) conditions.push(["p.status = 'active'", []]);
    if (sku !== undefined) conditions.push(['p.sku = ?', [sku]]);
    if (ids !== undefined) conditions.push([`p.product_id IN (${ids.map(() => '?').join(', ')})`, ids]);
    if (category !== undefined) conditions.push(['p.category_key = ?', [foldedKey(category, 100)]]);
    if (min_price !== undefined) conditions.push(['p.price >= ?', [min_price]]);
    if (max_price !== undefined) conditions.push(['p.price <= ?', [max_price]]);
    if (in_stock !== undefined) {
      // Every product has its row. The databases read all of the table for NOT EXISTS.
      const available = 'SELECT 1 FROM inventory i WHERE i.product_id = p.product_id AND i.stock_quantity';
      conditions.push([`EXISTS (${available} ${in_stock ? '>' : '<='} i.reserved_quantity)`, []]);
    }
    return conditions;
  }

  /** All of the words; a query without any word finds nothing. */
  private async search(query: ListQuery<ProductRow>, words: string[]): Promise<void> {
    if (words.length === 0) return void query.where('1 = 0');
    const { indexed, read, share } = await this.words.plan(words);
    const isMysql = this.database.dialect === 'mysql';
    const text = isMysql ? "CONCAT(' ', p.search_words, ' ')" : "(' ' || p.search_words || ' ')";
    for (const word of read) query.where(`INSTR(${text}, ?) > 0`, ` ${word} `);
    query.expecting(share);
    if (indexed.length === 0) return;
    if (isMysql) {
      query.where('MATCH (p.search_words) AGAINST (? IN BOOLEAN MODE)', indexed.map((word) => `+${word}`).join(' '));
    } else {
      const found = 'SELECT rowid FROM product_search WHERE product_search MATCH ?';
      query.where(`p.product_id IN (${found})`, indexed.join(' AND '));
    }
  }

  /** In the order of the ids. */
  private async findAll(ids: readonly number[], tx?: Tx): Promise<(CatalogProduct | null)[]> {
    const asked = padded(ids);
    const sql = `SELECT ${COLUMNS} FROM products p WHERE p.product_id IN (${asked.map(() => '?').join(', ')})`;
    const rows = await this.database.query<ProductRow>(sql, asked, tx);
    const found = new Map(rows.map((row) => [row.product_id, this.toProduct(row)]));
    return ids.map((id) => found.get(id) ?? null);
  }

  private toProduct(row: ProductRow): CatalogProduct {
    return {
      productId: row.product_id,
      sku: row.sku,
      name: row.name,
      description: row.description,
      category: row.category,
      price: Number(row.price),
      currency: this.settings.currency,
      status: row.status,
      createdAt: this.database.date(row.created_at),
      updatedAt: this.database.date(row.updated_at),
      version: row.version,
      availableQuantity: Number(row.available_quantity),
    };
  }
}

/** To the next power of two, with ids that are there already. */
function padded(ids: readonly number[]): number[] {
  const size = 2 ** Math.ceil(Math.log2(ids.length));
  return Array.from({ length: size }, (_, n) => ids[Math.min(n, ids.length - 1)] as number);
}

export function keysOf({ name, description, category }: Pick<Product, 'name' | 'description' | 'category'>) {
  return {
    nameKey: foldedKey(name, 255),
    categoryKey: category === null ? null : foldedKey(category, 100),
    searchWords: searchWords(`${name} ${description ?? ''}`).join(' '),
  };
}

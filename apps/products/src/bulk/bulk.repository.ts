import { Database, forUpdate, inList, rowGroups, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { Product } from '../catalog/product.entity.js';
import type { NewProduct, ProductRow } from '../catalog/products.repository.js';
import type { ProductInput } from '../catalog/product-fields.js';
import { productKeys } from '../catalog/product-keys.js';
import { ProductWordsRepository } from '../catalog/product-words.repository.js';

/** The product data of a line; fields that it omits stay as they are. */
export type ProductLine = ProductInput;

/** A stored product, as an import compares it. */
export type StoredProduct = NewProduct & {
  productId: number;
  version: number;
  /** Whether it is in categories, whose main one names it. */
  isInCategories: boolean;
};

/** A product as an export writes it. */
export type ExportedProduct = NewProduct & { productId: number; stock: number; warehouseLocation: string | null };

type Row = Omit<ProductRow, 'status' | 'created_at' | 'updated_at' | 'available_quantity'>;

const COLUMNS =
  'p.product_id, p.sku, p.name, p.description, p.category, p.price, p.weight_grams, p.tax_category, p.version';

const IN_CATEGORIES =
  'EXISTS (SELECT 1 FROM product_categories pc WHERE pc.product_id = p.product_id) AS in_categories';

/** Reads and writes many products per statement; ProductsRepository does one at a time. */
@Injectable()
export class BulkRepository {
  constructor(
    private readonly database: Database,
    private readonly words: ProductWordsRepository,
  ) {}

  /** Returns products by sku. Locks their rows in a transaction, so that they do not change after the comparison. */
  async findBySku(skus: readonly string[], tx?: Tx): Promise<Map<string, StoredProduct>> {
    const lock = tx ? forUpdate(this.database.dialect) : '';
    const rows = await this.database.query<Row & { in_categories: number }>(
      `SELECT ${COLUMNS}, ${IN_CATEGORIES} FROM products p WHERE p.sku ${inList(skus)} ORDER BY p.product_id${lock}`,
      [...skus],
      tx,
    );
    return new Map(rows.map((row) => [row.sku, { ...toStored(row), isInCategories: Boolean(row.in_categories) }]));
  }

  /** Returns the new ids by sku. */
  async insert(tx: Tx, products: readonly NewProduct[], now: Date): Promise<Map<string, number>> {
    const wordsBySku = new Map<string, string>();
    const made = { status: 'active' as const, createdAt: now, updatedAt: now, version: 1 };
    const rows = products.map((product) => {
      const { words, ...keys } = productKeys(product);
      const { sku, name, description, price, weightGrams, taxCategory } = product;
      wordsBySku.set(sku, words);
      return { sku, name, description, price, weightGrams, taxCategory, ...keys, ...made };
    });
    for (const group of rowGroups(rows)) await this.database.insert(Product, group, { tx });
    const skus = products.map(({ sku }) => sku);
    const sql = `SELECT product_id, sku FROM products WHERE sku ${inList(skus)}`;
    const inserted = await this.database.query<Pick<Row, 'product_id' | 'sku'>>(sql, skus, tx);
    const words = inserted.map(({ sku, product_id }) => ({ product_id, words: wordsBySku.get(sku) ?? '', version: 1 }));
    await this.words.insert(tx, words);
    return new Map(inserted.map(({ sku, product_id }) => [sku, product_id]));
  }

  async update(tx: Tx, product: StoredProduct, now: Date): Promise<void> {
    const { nameKey, category, categoryKey, searchWords, words } = productKeys(product);
    const { productId, name, description, price, weightGrams, taxCategory, version } = product;
    await this.database.execute(
      `UPDATE products SET name = ?, description = ?, category = ?, price = ?, weight_grams = ?, tax_category = ?,
         name_key = ?, category_key = ?, search_words = ?, updated_at = ?, version = version + 1 WHERE product_id = ?`,
      [name, description, category, price, weightGrams, taxCategory, nameKey, categoryKey, searchWords, now, productId],
      tx,
    );
    await this.words.replace(tx, { product_id: productId, words, version: version + 1 });
  }

  /** Returns products on sale with ids above `productId`, with their stock. */
  async listAfter(productId: number, limit: number): Promise<ExportedProduct[]> {
    const rows = await this.database.query<Row & { stock_quantity: number; warehouse_location: string | null }>(
      `SELECT ${COLUMNS}, i.stock_quantity, i.warehouse_location
       FROM products p JOIN inventory i ON i.product_id = p.product_id
       WHERE p.product_id > ? AND p.status = 'active' ORDER BY p.product_id LIMIT ${limit}`,
      [productId],
    );
    return rows.map((row) => ({
      ...toStored(row),
      stock: row.stock_quantity,
      warehouseLocation: row.warehouse_location,
    }));
  }
}

function toStored(row: Row): Omit<StoredProduct, 'isInCategories'> {
  const { product_id: productId, sku, name, description, category, version } = row;
  const pricing = { price: Number(row.price), weightGrams: row.weight_grams, taxCategory: row.tax_category };
  return { productId, sku, name, description, category, ...pricing, version };
}

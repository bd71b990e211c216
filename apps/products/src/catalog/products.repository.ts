import { gathering } from '@app/async';
import { Database, forUpdate, inList, lockForChange, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { ProductsSettings } from '../products.settings.js';
import { optionKey, type OptionValues, variantKey, type VariantOf } from './option-values.js';
import { Product, type ProductStatus } from './product.entity.js';
import { productKeys } from './product-keys.js';
import { ProductOptionValue } from './product-option-value.entity.js';
import { type Picture, picturesAt, type StoredPicture } from './product-pictures.js';
import { ProductWordsRepository } from './product-words.repository.js';
import { noSuchProduct } from '../stock/inventory.errors.js';

/** A product without the columns that only serve the indexes, with the stage's currency. */
export type CatalogProduct = Omit<Product, 'nameKey' | 'categoryKey' | 'searchWords' | 'variantKey' | 'images'> & {
  currency: string;
  pictures: Picture[];
  /** Pieces not reserved; for display only. */
  availableQuantity: number;
  /** The first is the main one. */
  categoryIds: number[];
};

export type NewProduct = Pick<
  Product,
  'sku' | 'name' | 'description' | 'category' | 'price' | 'weightGrams' | 'taxCategory'
>;
export type ProductChanges = Partial<Omit<NewProduct, 'sku'>>;

/** The columns of a product that are read. */
export interface ProductRow {
  product_id: number;
  sku: string;
  name: string;
  description: string | null;
  category: string | null;
  price: number | string;
  weight_grams: number | null;
  tax_category: string;
  group_id: number | null;
  option_values: string | null;
  status: ProductStatus;
  images: string | null;
  created_at: unknown;
  updated_at: unknown;
  version: number;
  available_quantity: number;
  /** Ids with commas; null without any. */
  category_ids: string | null;
}

// A join would run for every row that a list skips; the subqueries run only for the rows it returns.
export const PRODUCT_COLUMNS = `p.product_id, p.sku, p.name, p.description, p.category, p.price, p.weight_grams, p.tax_category,
  p.group_id, p.option_values, p.status, p.images, p.created_at, p.updated_at, p.version,
  (SELECT i.stock_quantity - i.reserved_quantity FROM inventory i WHERE i.product_id = p.product_id) AS available_quantity,
  (SELECT GROUP_CONCAT(pc.category_id ORDER BY pc.place) FROM product_categories pc WHERE pc.product_id = p.product_id) AS category_ids`;
/** Maximum products per statement. The server prepares each size per connection, so only powers of two are used. */
const READ_AT_ONCE = 16;

@Injectable()
export class ProductsRepository {
  /** Under load many products are read in one turn of the event loop; a statement costs more than a row. */
  private readonly findWithOthers = gathering(READ_AT_ONCE, (ids: number[]) => this.findAll(ids));

  constructor(
    private readonly database: Database,
    private readonly settings: ProductsSettings,
    private readonly words: ProductWordsRepository,
  ) {}

  async insert(tx: Tx, product: NewProduct, now: Date, variant?: VariantOf): Promise<number> {
    const { words, ...keys } = productKeys(product);
    const version = 1;
    const made = { status: 'active' as const, createdAt: now, updatedAt: now, version };
    const of = variant && { ...variant, variantKey: variantKey(variant.optionValues) };
    const { identifiers } = await this.database.repository(Product, tx).insert({ ...product, ...keys, ...of, ...made });
    const product_id = Number((identifiers[0] as Pick<Product, 'productId'>).productId);
    await this.words.insert(tx, [{ product_id, words, version }]);
    if (variant) await this.insertOptions(tx, product_id, variant.optionValues);
    return product_id;
  }

  /** Whether the group has a variant with these values. */
  isVariantTaken(error: unknown): boolean {
    return this.database.isDuplicate(error, 'variant');
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

  /** Locks the product until the transaction ends and counts its version up. @throws DomainError `not-found` */
  async lockForChange(tx: Tx, productId: number, at: Date): Promise<CatalogProduct> {
    if (!(await lockForChange(this.database, tx, Product, { where: { productId }, at }))) throw noSuchProduct();
    return this.getById(productId, tx);
  }

  /** Locks the product until the transaction ends. @throws DomainError `not-found` */
  async lock(tx: Tx, productId: number): Promise<void> {
    const sql = `SELECT product_id FROM products WHERE product_id = ?${forUpdate(this.database.dialect)}`;
    if ((await this.database.query(sql, [productId], tx)).length === 0) throw noSuchProduct();
  }

  async change(tx: Tx, product: CatalogProduct, changes: ProductChanges): Promise<void> {
    const { productId, version } = product;
    const { words, ...keys } = productKeys({ ...product, ...changes });
    await this.database.repository(Product, tx).update({ productId }, { ...changes, ...keys });
    await this.words.replace(tx, { product_id: productId, words, version });
  }

  /** Replaces the pictures of a product that `lockForChange` has locked. */
  async showPictures(tx: Tx, product: CatalogProduct, pictures: readonly StoredPicture[]): Promise<void> {
    const { productId } = product;
    const images = pictures.length === 0 ? null : JSON.stringify(pictures);
    await this.database.execute('UPDATE products SET images = ? WHERE product_id = ?', [images, productId], tx);
    // Its words are of this version then.
    await this.change(tx, product, {});
  }

  async archive(tx: Tx, productId: number): Promise<void> {
    await this.database.repository(Product, tx).update({ productId }, { status: 'archived', variantKey: null });
  }

  /** Returns a group's variants on sale, in the order in which they were made. */
  async variantsOf(groupId: number, tx?: Tx): Promise<CatalogProduct[]> {
    const sql = `SELECT ${PRODUCT_COLUMNS} FROM products p WHERE p.group_id = ? AND p.status = 'active' ORDER BY p.product_id`;
    return (await this.database.query<ProductRow>(sql, [groupId], tx)).map((row) => this.toProduct(row));
  }

  /** Archived variants of a group that is deleted are products like any others. */
  async leaveGroup(tx: Tx, groupId: number): Promise<void> {
    await this.database.execute('UPDATE products SET group_id = NULL WHERE group_id = ?', [groupId], tx);
  }

  /** Returns the products in the order of `ids`, null for a missing one. */
  async findAll(ids: readonly number[], tx?: Tx): Promise<(CatalogProduct | null)[]> {
    if (ids.length === 0) return [];
    const asked = padded(ids);
    const sql = `SELECT ${PRODUCT_COLUMNS} FROM products p WHERE p.product_id ${inList(asked)}`;
    const rows = await this.database.query<ProductRow>(sql, asked, tx);
    const found = new Map(rows.map((row) => [row.product_id, this.toProduct(row)]));
    return ids.map((id) => found.get(id) ?? null);
  }

  private async insertOptions(tx: Tx, productId: number, values: OptionValues): Promise<void> {
    const rows = Object.entries(values).map(([name, value]) => {
      return { productId, nameKey: optionKey(name), valueKey: optionKey(value), value };
    });
    await this.database.insert(ProductOptionValue, rows, { tx });
  }

  toProduct(row: ProductRow): CatalogProduct {
    return {
      productId: row.product_id,
      sku: row.sku,
      name: row.name,
      description: row.description,
      category: row.category,
      price: Number(row.price),
      weightGrams: row.weight_grams,
      taxCategory: row.tax_category,
      groupId: row.group_id,
      optionValues: row.option_values === null ? null : (JSON.parse(row.option_values) as OptionValues),
      currency: this.settings.currency,
      status: row.status,
      pictures: picturesAt(this.settings.mediaBaseUrl, row.images),
      createdAt: this.database.date(row.created_at),
      updatedAt: this.database.date(row.updated_at),
      version: row.version,
      availableQuantity: Number(row.available_quantity),
      categoryIds: row.category_ids?.split(',').map(Number) ?? [],
    };
  }
}

/** Pads to the next power of two by repeating ids. */
export function padded(ids: readonly number[]): number[] {
  const size = 2 ** Math.ceil(Math.log2(ids.length));
  return Array.from({ length: size }, (_, n) => ids[Math.min(n, ids.length - 1)] as number);
}

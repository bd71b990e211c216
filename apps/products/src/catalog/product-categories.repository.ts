import { Database, forShare, forUpdate, inList, type Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { foldedKey } from './folding.js';
import { ProductCategory } from './product-category.entity.js';

/** A product, and the text that it shows as its category. */
export interface NamedProduct {
  product_id: number;
  category: string | null;
}

/**
 * Which products are in which categories. Whoever writes here has locked the products, and then their categories:
 * `lockNames`, or for a category that changes or goes away, its row.
 */
@Injectable()
export class ProductCategoriesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * The names of the categories that there are, by id. Until the transaction ends none of them is renamed or removed: who
   * tries waits for this one to end, and then sees its products.
   */
  async lockNames(tx: Tx, ids: readonly number[]): Promise<Map<number, string>> {
    const lock = forShare(this.database.dialect);
    const sql = `SELECT category_id, name FROM categories WHERE category_id ${inList(ids)} ORDER BY category_id${lock}`;
    const rows = await this.database.query<{ category_id: number; name: string }>(sql, [...ids], tx);
    return new Map(rows.map(({ category_id, name }) => [category_id, name]));
  }

  /** Puts the product into these categories, the first of which is its main one, and into no others. */
  async replace(tx: Tx, productId: number, ids: readonly number[]): Promise<void> {
    await this.database.execute('DELETE FROM product_categories WHERE product_id = ?', [productId], tx);
    const rows = ids.map((categoryId, place) => ({ productId, place, categoryId }));
    await this.database.insert(ProductCategory, rows, { tx });
  }

  async hasProductsOnSale(tx: Tx, categoryId: number): Promise<boolean> {
    const found = await this.database.query(
      `SELECT p.product_id FROM product_categories pc JOIN products p ON p.product_id = pc.product_id
       WHERE pc.category_id = ? AND p.status = 'active' LIMIT 1`,
      [categoryId],
      tx,
    );
    return found.length > 0;
  }

  /** Takes up to `limit` products out of the category; they keep their text. Returns how many there were. */
  async takeOut(tx: Tx, categoryId: number, limit: number): Promise<number> {
    const rows = await this.database.query<Pick<NamedProduct, 'product_id'>>(
      `SELECT product_id FROM product_categories WHERE category_id = ? ORDER BY product_id LIMIT ${limit}`,
      [categoryId],
      tx,
    );
    const ids = rows.map(({ product_id }) => product_id);
    await this.countUp(tx, ids);
    const sql = `DELETE FROM product_categories WHERE category_id = ? AND product_id ${inList(ids)}`;
    await this.database.execute(sql, [categoryId, ...ids], tx);
    return ids.length;
  }

  /** Products with ids above `after` of which it is the main category, by id. */
  ofMain(categoryId: number, after: number, limit: number): Promise<NamedProduct[]> {
    return this.database.query<NamedProduct>(
      `SELECT p.product_id, p.category FROM product_categories pc JOIN products p ON p.product_id = pc.product_id
       WHERE pc.category_id = ? AND pc.place = 0 AND pc.product_id > ? ORDER BY pc.product_id LIMIT ${limit}`,
      [categoryId, after],
    );
  }

  /** Gives those of the products of which it is still the main category its name of now. Returns their ids. */
  async rename(tx: Tx, categoryId: number, productIds: readonly number[]): Promise<number[]> {
    const lock = forUpdate(this.database.dialect);
    const locked = await this.database.query<NamedProduct>(
      `SELECT product_id, category FROM products WHERE product_id ${inList(productIds)} ORDER BY product_id${lock}`,
      [...productIds],
      tx,
    );
    const name = (await this.lockNames(tx, [categoryId])).get(categoryId);
    const others = locked.filter(({ category }) => category !== name).map(({ product_id }) => product_id);
    if (name === undefined || others.length === 0) return [];
    const rows = await this.database.query<Pick<NamedProduct, 'product_id'>>(
      `SELECT product_id FROM product_categories WHERE category_id = ? AND place = 0 AND product_id ${inList(others)}`,
      [categoryId, ...others],
      tx,
    );
    const ids = rows.map(({ product_id }) => product_id);
    const sql = `UPDATE products SET category = ?, category_key = ? WHERE product_id ${inList(ids)}`;
    await this.database.execute(sql, [name, foldedKey(name, 100), ...ids], tx);
    await this.countUp(tx, ids);
    return ids;
  }

  /** Gives products a new version; their words stay the same. */
  private async countUp(tx: Tx, ids: readonly number[]): Promise<void> {
    const counted = `UPDATE products SET updated_at = ?, version = version + 1 WHERE product_id ${inList(ids)}`;
    await this.database.execute(counted, [this.clock.now(), ...ids], tx);
    const words = `UPDATE product_words SET of_version = of_version + 1 WHERE product_id ${inList(ids)}`;
    await this.database.execute(words, [...ids], tx);
  }
}

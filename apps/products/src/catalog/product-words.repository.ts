import { Database, rowGroups, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import type { Searchable } from './index-words.js';
import { productKeys } from './product-keys.js';
import { ProductWords } from './product-words.entity.js';

/** The words that find a version of a product. */
export interface VersionedWords {
  product_id: number;
  words: string;
  version: number;
}

/** The fields of a product from which its words and keys are derived. */
export interface WordSource extends Searchable {
  product_id: number;
  category: string | null;
  version: number;
}

const SOURCE = 'p.product_id, p.sku, p.name, p.description, p.category, p.version';

/** The full-text index of the catalog. */
@Injectable()
export class ProductWordsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, all: readonly VersionedWords[]): Promise<void> {
    const rows = all.map(({ product_id, words, version }) => ({ productId: product_id, words, ofVersion: version }));
    for (const group of rowGroups(rows)) await this.database.insert(ProductWords, group, { tx });
  }

  /** Call it in the transaction that has locked the product's row. */
  async replace(tx: Tx, { product_id, words, version }: VersionedWords): Promise<void> {
    const sql = 'UPDATE product_words SET words = ?, of_version = ? WHERE product_id = ?';
    const { affected } = await this.database.execute(sql, [words, version, product_id], tx);
    // Written by the release before this table existed.
    if (affected === 0) await this.insert(tx, [{ product_id, words, version }]);
  }

  async lastProduct(): Promise<number> {
    const [row] = await this.database.query<{ id: number | null }>('SELECT MAX(product_id) AS id FROM products');
    return row?.id ?? 0;
  }

  /** Returns products with ids above `from` and up to `to` whose words are missing or of another version. */
  outdated(from: number, to: number): Promise<WordSource[]> {
    return this.database.query<WordSource>(
      `SELECT ${SOURCE} FROM products p LEFT JOIN product_words w ON w.product_id = p.product_id
       WHERE p.product_id > ? AND p.product_id <= ? AND (w.product_id IS NULL OR w.of_version <> p.version)`,
      [from, to],
    );
  }

  /** Rebuilds words and keys, unless the product has changed since. */
  async renew({ product_id, version, ...product }: WordSource): Promise<void> {
    const { nameKey, categoryKey, searchWords, words } = productKeys(product);
    await this.database.transaction(async (tx) => {
      const { affected } = await this.database.execute(
        'UPDATE products SET name_key = ?, category_key = ?, search_words = ? WHERE product_id = ? AND version = ?',
        [nameKey, categoryKey, searchWords, product_id, version],
        tx,
      );
      if (affected === 1) await this.replace(tx, { product_id, words, version });
    });
  }
}

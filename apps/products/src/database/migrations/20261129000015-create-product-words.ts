import { rowGroups } from '@app/database';
import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { productKeys } from '../../catalog/product-keys.js';
import type { WordSource } from '../../catalog/product-words.repository.js';
import { isMysql } from './columns.js';

const ROWS_AT_ONCE = 1_000;

/**
 * Creates and fills a separate table for the words of products. Replacing the old words of every product in place would
 * be slow: InnoDB's full-text index keeps replaced rows and skips them in each search until it is rebuilt. WordsSweeper
 * adds the words of products that the previous release still writes during the deployment.
 */
export class CreateProductWords20261129000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'product_words',
        columns: [
          { name: 'product_id', type: 'int', isPrimary: true },
          { name: 'words', type: 'text', ...(isMysql(runner) && { charset: 'ascii', collation: 'ascii_bin' }) },
          { name: 'of_version', type: 'int' },
        ],
      }),
    );
    if (!isMysql(runner)) await createFts5(runner);
    await fill(runner);
    // Building the index over existing rows takes a third of the time of filling it row by row.
    if (isMysql(runner)) await runner.query('CREATE FULLTEXT INDEX product_words_words ON product_words (words)');
  }

  async down(runner: QueryRunner): Promise<void> {
    if (!isMysql(runner)) await runner.query('DROP TABLE product_word_search');
    await runner.dropTable('product_words');
  }
}

/** Fills 1,000 products at a time: a million takes minutes, and memory for 1,000. */
async function fill(runner: QueryRunner): Promise<void> {
  for (let last = 0; ;) {
    const products = (await runner.query(
      `SELECT product_id, sku, name, description, category, version, name_key, category_key FROM products
       WHERE product_id > ? ORDER BY product_id LIMIT ${ROWS_AT_ONCE}`,
      [last],
    )) as (WordSource & { name_key: string; category_key: string | null })[];
    if (products.length === 0) return;
    const rows = products.map((product) => ({ ...product, ...productKeys(product) }));
    for (const group of rowGroups(rows.map(({ product_id, words, version }) => [product_id, words, version]))) {
      const places = group.map(() => '(?, ?, ?)').join(', ');
      await runner.query(`INSERT INTO product_words (product_id, words, of_version) VALUES ${places}`, group.flat());
    }
    for (const { product_id, nameKey, categoryKey, name_key, category_key } of rows) {
      if (nameKey === name_key && categoryKey === category_key) continue;
      const sql = 'UPDATE products SET name_key = ?, category_key = ? WHERE product_id = ?';
      await runner.query(sql, [nameKey, categoryKey, product_id]);
    }
    last = products.at(-1)?.product_id ?? last;
  }
}

/** The FTS5 index stores no text; triggers keep it in sync with the column, which MySQL does by itself. */
async function createFts5(runner: QueryRunner): Promise<void> {
  const remove = `INSERT INTO product_word_search (product_word_search, rowid, words) VALUES ('delete', old.product_id, old.words);`;
  const add = `INSERT INTO product_word_search (rowid, words) VALUES (new.product_id, new.words);`;
  await runner.query(
    `CREATE VIRTUAL TABLE product_word_search USING fts5(words, content='product_words', content_rowid='product_id', tokenize="unicode61 tokenchars '_'")`,
  );
  await runner.query(`CREATE TRIGGER product_words_insert AFTER INSERT ON product_words BEGIN ${add} END`);
  await runner.query(`CREATE TRIGGER product_words_delete AFTER DELETE ON product_words BEGIN ${remove} END`);
  await runner.query(
    `CREATE TRIGGER product_words_update AFTER UPDATE OF words ON product_words WHEN old.words <> new.words BEGIN ${remove} ${add} END`,
  );
}

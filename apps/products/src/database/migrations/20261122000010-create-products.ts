import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { exactText, isMysql, serial, time } from './columns.js';

export class CreateProducts20261122000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'products',
        columns: [
          serial('product_id'),
          exactText(runner, 'sku', 100, 'ascii'),
          { name: 'name', type: 'varchar', length: '255' },
          { name: 'description', type: 'text', isNullable: true },
          { name: 'category', type: 'varchar', length: '100', isNullable: true },
          { name: 'price', type: 'bigint' },
          exactText(runner, 'status', 10, 'ascii'),
          exactText(runner, 'name_key', 255, 'utf8mb4'),
          { ...exactText(runner, 'category_key', 100, 'utf8mb4'), isNullable: true },
          { name: 'search_words', type: 'text', ...(isMysql(runner) && { charset: 'ascii', collation: 'ascii_bin' }) },
          time('created_at'),
          time('updated_at'),
          { name: 'version', type: 'int' },
        ],
        indices: [
          { name: 'products_sku', columnNames: ['sku'], isUnique: true },
          { name: 'products_created_at', columnNames: ['created_at'] },
          { name: 'products_price', columnNames: ['price'] },
          { name: 'products_name_key', columnNames: ['name_key'] },
          { name: 'products_category_key', columnNames: ['category_key', 'created_at'] },
        ],
      }),
    );
    await (isMysql(runner) ? createFulltext(runner) : createFts5(runner));
  }

  async down(runner: QueryRunner): Promise<void> {
    if (!isMysql(runner)) await runner.query('DROP TABLE product_search');
    await runner.dropTable('products');
  }
}

async function createFulltext(runner: QueryRunner): Promise<void> {
  await runner.query('CREATE FULLTEXT INDEX products_search_words ON products (search_words)');
}

/** The FTS5 index stores no text; triggers keep it in sync with the column, which MySQL does by itself. */
async function createFts5(runner: QueryRunner): Promise<void> {
  const remove = `INSERT INTO product_search (product_search, rowid, search_words) VALUES ('delete', old.product_id, old.search_words);`;
  const add = `INSERT INTO product_search (rowid, search_words) VALUES (new.product_id, new.search_words);`;
  await runner.query(
    `CREATE VIRTUAL TABLE product_search USING fts5(search_words, content='products', content_rowid='product_id', tokenize="unicode61 tokenchars '_'")`,
  );
  await runner.query(`CREATE TRIGGER products_search_insert AFTER INSERT ON products BEGIN ${add} END`);
  await runner.query(`CREATE TRIGGER products_search_delete AFTER DELETE ON products BEGIN ${remove} END`);
  await runner.query(
    `CREATE TRIGGER products_search_update AFTER UPDATE OF search_words ON products BEGIN ${remove} ${add} END`,
  );
}

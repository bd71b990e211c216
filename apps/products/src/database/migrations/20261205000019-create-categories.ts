import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { exactText, serial, time } from './columns.js';

/** Products of the release before have no rows here, and keep their category as a text. */
export class CreateCategories20261205000019 implements MigrationInterface {
  readonly name = 'CreateCategories20261205000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'categories',
        columns: [
          serial('category_id'),
          { name: 'name', type: 'varchar', length: '100' },
          exactText(runner, 'slug', 100, 'ascii'),
          { name: 'parent_id', type: 'int', isNullable: true },
          { name: 'position', type: 'int' },
          { name: 'renaming', type: 'boolean' },
          time('created_at'),
          time('updated_at'),
          { name: 'version', type: 'int' },
        ],
        indices: [{ name: 'categories_slug', columnNames: ['slug'], isUnique: true }],
      }),
    );
    await createTree(runner);
    await runner.createTable(
      new Table({
        name: 'product_categories',
        // No foreign keys: who writes rows has locked both ends.
        columns: [
          { name: 'product_id', type: 'int', isPrimary: true },
          { name: 'place', type: 'int', isPrimary: true },
          { name: 'category_id', type: 'int' },
        ],
        indices: [{ name: 'product_categories_category', columnNames: ['category_id', 'product_id'], isUnique: true }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['product_categories', 'category_tree', 'categories']) await runner.dropTable(table);
  }
}

/** Its only row is the lock of the tree: two moves at once, each below the other, would make a circle. */
async function createTree(runner: QueryRunner): Promise<void> {
  await runner.createTable(
    new Table({
      name: 'category_tree',
      columns: [
        { name: 'tree_id', type: 'int', isPrimary: true },
        { name: 'changes', type: 'int' },
      ],
    }),
  );
  await runner.query('INSERT INTO category_tree (tree_id, changes) VALUES (1, 0)');
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { exactText, serial, time } from './columns.js';

/** Pictures of products, the files they are shown by, and what a product shows of them, which is read with it. */
export class CreateProductImages20261205000020 implements MigrationInterface {
  readonly name = 'CreateProductImages20261205000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'product_images',
        columns: [
          serial('image_id'),
          { name: 'product_id', type: 'int' },
          { name: 'status', type: 'varchar', length: '16' },
          { name: 'position', type: 'int' },
          { name: 'alt', type: 'varchar', length: '500' },
          { name: 'content_type', type: 'varchar', length: '20' },
          { name: 'bytes', type: 'int' },
          { ...exactText(runner, 'upload_key', 100, 'ascii'), isNullable: true },
          { ...exactText(runner, 'etag', 100, 'ascii'), isNullable: true },
          { name: 'rendered', type: 'text', isNullable: true },
          { name: 'rejection', type: 'varchar', length: '20', isNullable: true },
          { name: 'attempts', type: 'int' },
          { name: 'failure', type: 'varchar', length: '255', isNullable: true },
          { ...time('due_at'), isNullable: true },
          { ...time('completed_at'), isNullable: true },
          time('created_at'),
          time('updated_at'),
        ],
        indices: [
          { name: 'product_images_product', columnNames: ['product_id', 'position'] },
          { name: 'product_images_due', columnNames: ['due_at'] },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'media_files',
        columns: [
          { ...exactText(runner, 'file_key', 100, 'ascii'), isPrimary: true },
          { name: 'uses', type: 'int' },
          { ...time('free_since'), isNullable: true },
          { ...time('removing_at'), isNullable: true },
        ],
        indices: [{ name: 'media_files_free', columnNames: ['free_since'] }],
      }),
    );
    // Not by TypeORM, which copies a table of SQLite for this, without the triggers of the search.
    await runner.query('ALTER TABLE products ADD COLUMN images text NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE products DROP COLUMN images');
    await runner.dropTable('media_files');
    await runner.dropTable('product_images');
  }
}

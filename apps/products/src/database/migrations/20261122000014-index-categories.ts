import { type MigrationInterface, type QueryRunner, TableIndex } from 'typeorm';

/** Categories are also listed by price and by name: without these, each page would sort the whole category. */
const INDICES = [
  new TableIndex({ name: 'products_category_price', columnNames: ['category_key', 'price'] }),
  new TableIndex({ name: 'products_category_name', columnNames: ['category_key', 'name_key'] }),
];

export class IndexCategories20261122000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createIndices('products', INDICES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndices('products', INDICES);
  }
}

import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { time } from './time-column.js';

const text = (name: string, length: number): TableColumnOptions => ({ name, type: 'varchar', length: String(length) });
const number = (name: string): TableColumnOptions => ({ name, type: 'int' });
const nullable = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });

/** Carts of customers and guests, with their lines. */
export class CreateCarts20261201000020 implements MigrationInterface {
  readonly name = 'CreateCarts20261201000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(carts(runner));
    await runner.createTable(cartLines(runner));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('cart_lines');
    await runner.dropTable('carts');
  }
}

function carts(runner: QueryRunner): Table {
  return new Table({
    name: 'carts',
    columns: [
      { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
      text('cart_id', 36),
      text('status', 10),
      nullable(number('user_id')),
      nullable(number('open_user_id')),
      nullable(text('token_hash', 64)),
      nullable(text('email', 255)),
      nullable({ name: 'shipping_address', type: 'text' }),
      nullable({ name: 'billing_address', type: 'text' }),
      nullable(number('shipping_method_id')),
      nullable(text('note', 1000)),
      nullable(text('locale', 35)),
      { name: 'expires_at', ...time(runner) },
      nullable({ name: 'ended_at', ...time(runner) }),
      nullable(number('order_id')),
      nullable(number('merged_into')),
      { name: 'created_at', ...time(runner) },
      { name: 'updated_at', ...time(runner) },
      number('version'),
    ],
    indices: [
      { name: 'uq_carts_cart_id', columnNames: ['cart_id'], isUnique: true },
      { name: 'uq_carts_open_user_id', columnNames: ['open_user_id'], isUnique: true },
      { name: 'carts_due', columnNames: ['status', 'expires_at'] },
      { name: 'carts_user', columnNames: ['user_id'] },
      { name: 'carts_ended', columnNames: ['ended_at'] },
    ],
  });
}

function cartLines(runner: QueryRunner): Table {
  return new Table({
    name: 'cart_lines',
    columns: [
      { ...number('cart'), isPrimary: true },
      { ...number('product_id'), isPrimary: true },
      number('quantity'),
      text('sku', 100),
      text('name', 255),
      { name: 'price', type: 'bigint' },
      nullable(number('weight_grams')),
      text('tax_category', 100),
      number('available_quantity'),
      { name: 'put_at', ...time(runner) },
    ],
    foreignKeys: [
      {
        name: 'cart_lines_cart',
        columnNames: ['cart'],
        referencedTableName: 'carts',
        referencedColumnNames: ['id'],
        onDelete: 'CASCADE',
      },
    ],
  });
}

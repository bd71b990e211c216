import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { time } from './time-column.js';

const generatedId = (name: string): TableColumnOptions => ({
  name,
  type: 'integer',
  isPrimary: true,
  isGenerated: true,
  generationStrategy: 'increment',
});

const ofOrder = (name: string) => [
  { name, columnNames: ['order_id'], referencedTableName: 'orders', referencedColumnNames: ['order_id'] },
];

export class CreateOrderDetails20261122000011 implements MigrationInterface {
  readonly name = 'CreateOrderDetails20261122000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'order_items',
        columns: [
          generatedId('order_item_id'),
          { name: 'order_id', type: 'int' },
          { name: 'product_id', type: 'int' },
          { name: 'sku', type: 'varchar', length: '100' },
          { name: 'name', type: 'varchar', length: '255' },
          { name: 'quantity', type: 'int' },
          { name: 'price_at_order', type: 'bigint' },
          { name: 'line_total', type: 'bigint' },
        ],
        indices: [{ name: 'order_items_order_product', columnNames: ['order_id', 'product_id'], isUnique: true }],
        foreignKeys: ofOrder('order_items_order'),
      }),
    );
    await runner.createTable(
      new Table({
        name: 'order_history',
        columns: [
          generatedId('order_history_id'),
          { name: 'order_id', type: 'int' },
          { name: 'status', type: 'varchar', length: '16' },
          { name: 'changed_at', ...time(runner) },
          { name: 'changed_by', type: 'int', isNullable: true },
        ],
        indices: [{ name: 'order_history_order', columnNames: ['order_id'] }],
        foreignKeys: ofOrder('order_history_order_fk'),
      }),
    );
    await runner.createTable(
      new Table({
        name: 'order_refs',
        columns: [
          { name: 'order_ref', type: 'varchar', length: '36', isPrimary: true },
          { name: 'outcome', type: 'varchar', length: '16' },
          { name: 'order_id', type: 'int', isNullable: true },
          { name: 'settled_at', ...time(runner) },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['order_refs', 'order_history', 'order_items']) await runner.dropTable(table);
  }
}

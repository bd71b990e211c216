import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { exactText, isMysql, serial, time } from './columns.js';

/** The last safeguard, should a statement ever miss its condition. */
const CHECKS = [
  { name: 'inventory_reserved_not_negative', expression: 'reserved_quantity >= 0' },
  { name: 'inventory_reserved_within_stock', expression: 'reserved_quantity <= stock_quantity' },
];

export class CreateInventory20261122000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'inventory',
        columns: [
          serial('inventory_id'),
          { name: 'product_id', type: 'int' },
          { name: 'stock_quantity', type: 'int' },
          { name: 'reserved_quantity', type: 'int' },
          { name: 'warehouse_location', type: 'varchar', length: '255', isNullable: true },
          { name: 'low_stock_threshold', type: 'int' },
          { name: 'sellable', type: 'boolean' },
          time('updated_at'),
          { name: 'version', type: 'int' },
        ],
        indices: [{ name: 'inventory_product', columnNames: ['product_id'], isUnique: true }],
        foreignKeys: [
          {
            name: 'inventory_of_product',
            columnNames: ['product_id'],
            referencedTableName: 'products',
            referencedColumnNames: ['product_id'],
          },
        ],
        checks: CHECKS,
      }),
    );
    if (isMysql(runner)) {
      // TypeORM creates no checks on MySQL.
      for (const { name, expression } of CHECKS) {
        await runner.query(`ALTER TABLE inventory ADD CONSTRAINT ${name} CHECK (${expression})`);
      }
    }
    await runner.createTable(
      new Table({
        name: 'inventory_movements',
        // No foreign key: it would lock the product's row in every order's transaction, and products are never deleted.
        columns: [
          serial('movement_id'),
          { name: 'product_id', type: 'int' },
          { name: 'stock_delta', type: 'int' },
          { name: 'reserved_delta', type: 'int' },
          { name: 'reason', type: 'varchar', length: '200' },
          { ...exactText(runner, 'order_ref', 36, 'ascii'), isNullable: true },
          { name: 'moved_by', type: 'int', isNullable: true },
          time('moved_at'),
        ],
        indices: [{ name: 'inventory_movements_product', columnNames: ['product_id', 'movement_id'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('inventory_movements');
    await runner.dropTable('inventory');
  }
}

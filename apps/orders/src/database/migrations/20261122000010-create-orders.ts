import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { time } from './time-column.js';

export class CreateOrders20261122000010 implements MigrationInterface {
  readonly name = 'CreateOrders20261122000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'orders',
        columns: [
          { name: 'order_id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'order_ref', type: 'varchar', length: '36' },
          { name: 'user_id', type: 'int' },
          { name: 'customer_email', type: 'varchar', length: '255' },
          { name: 'customer_name', type: 'varchar', length: '100', isNullable: true },
          { name: 'status', type: 'varchar', length: '16' },
          { name: 'order_total', type: 'bigint' },
          { name: 'currency', type: 'varchar', length: '3' },
          { name: 'shipping_address', type: 'text', isNullable: true },
          { name: 'carrier', type: 'varchar', length: '100', isNullable: true },
          { name: 'tracking_number', type: 'varchar', length: '100', isNullable: true },
          { name: 'cancel_reason', type: 'varchar', length: '500', isNullable: true },
          { name: 'hidden_at', ...time(runner), isNullable: true },
          { name: 'created_at', ...time(runner) },
          { name: 'updated_at', ...time(runner) },
          { name: 'version', type: 'int' },
        ],
        // Each index serves one list or the sweep; the id is the keyset's tie-break.
        indices: [
          { name: 'orders_created', columnNames: ['created_at', 'order_id'] },
          { name: 'orders_user_created', columnNames: ['user_id', 'created_at', 'order_id'] },
          { name: 'orders_status_created', columnNames: ['status', 'created_at', 'order_id'] },
          { name: 'orders_total', columnNames: ['order_total', 'order_id'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('orders');
  }
}

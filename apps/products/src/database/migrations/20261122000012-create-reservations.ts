import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { exactText, serial, time } from './columns.js';

export class CreateReservations20261122000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'reservations',
        columns: [
          serial('reservation_id'),
          exactText(runner, 'order_ref', 36, 'ascii'),
          exactText(runner, 'status', 10, 'ascii'),
          time('expires_at'),
          time('created_at'),
          time('updated_at'),
        ],
        indices: [
          { name: 'reservations_order_ref', columnNames: ['order_ref'], isUnique: true },
          { name: 'reservations_due', columnNames: ['status', 'expires_at'] },
        ],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'reservation_items',
        columns: [
          { ...exactText(runner, 'order_ref', 36, 'ascii'), isPrimary: true },
          { name: 'product_id', type: 'int', isPrimary: true },
          { name: 'quantity', type: 'int' },
          exactText(runner, 'sku', 100, 'ascii'),
          { name: 'name', type: 'varchar', length: '255' },
          { name: 'price', type: 'bigint' },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('reservation_items');
    await runner.dropTable('reservations');
  }
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateGuestOrders20261202000020 implements MigrationInterface {
  readonly name = 'CreateGuestOrders20261202000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'guest_orders',
        columns: [
          { name: 'order_id', type: 'int', isPrimary: true },
          { name: 'token_hash', type: 'varchar', length: '64' },
          { name: 'email_key', type: 'varchar', length: '512', isNullable: true },
        ],
        indices: [{ name: 'guest_orders_email', columnNames: ['email_key', 'order_id'] }],
      }),
    );
    // Not by TypeORM, which copies the whole table on SQLite.
    await runner.query('ALTER TABLE orders ADD COLUMN cart_id varchar(36) NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE orders DROP COLUMN cart_id');
    await runner.dropTable('guest_orders');
  }
}

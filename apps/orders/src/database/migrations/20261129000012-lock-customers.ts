import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

/** A row per customer, which concurrent orders of that customer lock. */
export class LockCustomers20261129000012 implements MigrationInterface {
  readonly name = 'LockCustomers20261129000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({ name: 'customer_locks', columns: [{ name: 'user_id', type: 'int', isPrimary: true }] }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('customer_locks');
  }
}

import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

export class TellVerifiedCustomers20261129000010 implements MigrationInterface {
  readonly name = 'TellVerifiedCustomers20261129000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'orders',
      new TableColumn({ name: 'customer_email_verified', type: 'tinyint', isNullable: true }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('orders', 'customer_email_verified');
  }
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const ID = { type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' } as const;
const TIME = { type: 'datetime', precision: 3 };

export class CreatePayments20261201000010 implements MigrationInterface {
  readonly name = 'CreatePayments20261201000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'payments',
        columns: [
          { name: 'payment_id', ...ID },
          { name: 'payment_ref', type: 'varchar', length: '36' },
          { name: 'order_id', type: 'int' },
          { name: 'open_order_id', type: 'int', isNullable: true },
          { name: 'order_ref', type: 'varchar', length: '36' },
          { name: 'user_id', type: 'int', isNullable: true },
          { name: 'customer_email', type: 'varchar', length: '255' },
          { name: 'customer_name', type: 'varchar', length: '100', isNullable: true },
          { name: 'customer_email_verified', type: 'tinyint', isNullable: true },
          { name: 'method', type: 'varchar', length: '16' },
          { name: 'provider', type: 'varchar', length: '16' },
          { name: 'provider_ref', type: 'varchar', length: '255', isNullable: true },
          { name: 'status', type: 'varchar', length: '16' },
          { name: 'amount', type: 'bigint' },
          { name: 'currency', type: 'varchar', length: '3' },
          { name: 'captured_on_shipment', type: 'tinyint' },
          { name: 'capture_amount', type: 'bigint', isNullable: true },
          { name: 'authorized_amount', type: 'bigint' },
          { name: 'captured_amount', type: 'bigint' },
          { name: 'refunded_amount', type: 'bigint' },
          { name: 'refunding_amount', type: 'bigint' },
          { name: 'disputed_amount', type: 'bigint' },
          { name: 'mismatch', type: 'tinyint' },
          { name: 'capture_before', ...TIME, isNullable: true },
          { name: 'client_secret', type: 'varchar', length: '255', isNullable: true },
          { name: 'return_url', type: 'varchar', length: '2000', isNullable: true },
          { name: 'cancel_reason', type: 'varchar', length: '500', isNullable: true },
          { name: 'failure_code', type: 'varchar', length: '100', isNullable: true },
          { name: 'failure_message', type: 'varchar', length: '500', isNullable: true },
          { name: 'syncs', type: 'int' },
          { name: 'next_check_at', ...TIME, isNullable: true },
          { name: 'created_at', ...TIME },
          { name: 'updated_at', ...TIME },
          { name: 'version', type: 'int' },
        ],
        indices: [
          { name: 'payments_payment_ref', columnNames: ['payment_ref'], isUnique: true },
          { name: 'payments_provider_ref', columnNames: ['provider', 'provider_ref'], isUnique: true },
          // At most one open payment per order.
          { name: 'payments_open_order', columnNames: ['open_order_id'], isUnique: true },
          { name: 'payments_order', columnNames: ['order_id', 'created_at', 'payment_id'] },
          { name: 'payments_user', columnNames: ['user_id'] },
          { name: 'payments_next_check', columnNames: ['next_check_at'] },
          // Each serves one list; the id is the keyset's tie-break.
          { name: 'payments_created', columnNames: ['created_at', 'payment_id'] },
          { name: 'payments_status_created', columnNames: ['status', 'created_at', 'payment_id'] },
          { name: 'payments_mismatch_created', columnNames: ['mismatch', 'created_at', 'payment_id'] },
          { name: 'payments_amount', columnNames: ['amount', 'payment_id'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('payments');
  }
}

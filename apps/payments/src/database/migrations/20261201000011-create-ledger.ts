import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const ID = { type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' } as const;
const TIME = { type: 'datetime', precision: 3 };

const ofPayment = (name: string) => [
  { name, columnNames: ['payment_id'], referencedTableName: 'payments', referencedColumnNames: ['payment_id'] },
];

export class CreateLedger20261201000011 implements MigrationInterface {
  readonly name = 'CreateLedger20261201000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'payment_entries',
        columns: [
          { name: 'entry_id', ...ID },
          { name: 'payment_id', type: 'int' },
          { name: 'kind', type: 'varchar', length: '16' },
          { name: 'amount', type: 'bigint' },
          { name: 'provider_ref', type: 'varchar', length: '255' },
          { name: 'at', ...TIME },
        ],
        indices: [
          // What moved once is counted once, however often it is told.
          { name: 'payment_entries_fact', columnNames: ['payment_id', 'kind', 'provider_ref'], isUnique: true },
        ],
        foreignKeys: ofPayment('payment_entries_payment'),
      }),
    );
    await runner.createTable(
      new Table({
        name: 'refunds',
        columns: [
          { name: 'refund_id', ...ID },
          { name: 'refund_ref', type: 'varchar', length: '36' },
          { name: 'payment_id', type: 'int' },
          { name: 'provider_ref', type: 'varchar', length: '255', isNullable: true },
          { name: 'status', type: 'varchar', length: '16' },
          { name: 'amount', type: 'bigint' },
          { name: 'reason', type: 'varchar', length: '32' },
          { name: 'note', type: 'varchar', length: '500', isNullable: true },
          { name: 'failure_code', type: 'varchar', length: '100', isNullable: true },
          { name: 'requested_by', type: 'int', isNullable: true },
          { name: 'attempts', type: 'int' },
          { name: 'next_try_at', ...TIME, isNullable: true },
          { name: 'created_at', ...TIME },
          { name: 'updated_at', ...TIME },
        ],
        indices: [
          { name: 'refunds_refund_ref', columnNames: ['refund_ref'], isUnique: true },
          { name: 'refunds_provider_ref', columnNames: ['payment_id', 'provider_ref'], isUnique: true },
          { name: 'refunds_next_try', columnNames: ['next_try_at'] },
        ],
        foreignKeys: ofPayment('refunds_payment'),
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['refunds', 'payment_entries']) await runner.dropTable(table);
  }
}

import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';

const SUBJECT = 'idempotency_subject';

/** The person whose data a stored response contains, so that it can be erased with the person. */
export class NameWhomAnswersConcern20261122000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'idempotency_keys',
      new TableColumn({ name: 'subject', type: 'varchar', length: '64', isNullable: true }),
    );
    await runner.createIndex('idempotency_keys', new TableIndex({ name: SUBJECT, columnNames: ['subject'] }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('idempotency_keys', SUBJECT);
    await runner.dropColumn('idempotency_keys', 'subject');
  }
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateUnverifiedRecipients20261129000010 implements MigrationInterface {
  readonly name = 'CreateUnverifiedRecipients20261129000010';

  async up(runner: QueryRunner): Promise<void> {
    // On MySQL an upsert uses up an id even if it only updates, so `bigint`; SQLite needs exactly `integer`.
    const id = runner.connection.options.type === 'mysql' ? 'bigint' : 'integer';
    await runner.createTable(
      new Table({
        name: 'unverified_recipients',
        columns: [
          { name: 'id', type: id, isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'recipient_hash', type: 'varchar', length: '64' },
          { name: 'in_hour', type: 'int' },
          { name: 'hour_ends_at', type: 'datetime', precision: 3 },
          { name: 'in_day', type: 'int' },
          { name: 'day_ends_at', type: 'datetime', precision: 3 },
        ],
        indices: [
          { name: 'uq_unverified_recipients_hash', columnNames: ['recipient_hash'], isUnique: true },
          { name: 'unverified_recipients_day', columnNames: ['day_ends_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('unverified_recipients');
  }
}

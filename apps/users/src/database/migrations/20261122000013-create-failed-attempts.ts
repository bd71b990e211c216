import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateFailedAttempts20261122000013 implements MigrationInterface {
  readonly name = 'CreateFailedAttempts20261122000013';

  async up(runner: QueryRunner): Promise<void> {
    // On MySQL an upsert uses up an id even if it only updates, so `bigint`; SQLite needs exactly `integer`.
    const id = runner.connection.options.type === 'mysql' ? 'bigint' : 'integer';
    await runner.createTable(
      new Table({
        name: 'failed_attempts',
        columns: [
          { name: 'id', type: id, isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'attempt_key', type: 'varchar', length: '64' },
          { name: 'failures', type: 'int' },
          { name: 'window_ends_at', type: 'datetime', precision: 3 },
        ],
        indices: [
          { name: 'uq_failed_attempts_key', columnNames: ['attempt_key'], isUnique: true },
          { name: 'failed_attempts_window', columnNames: ['window_ends_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('failed_attempts');
  }
}

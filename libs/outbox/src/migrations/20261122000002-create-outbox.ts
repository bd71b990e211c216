import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateOutbox20261122000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const time = { type: 'datetime', ...(mysql && { precision: 3 }), isNullable: true };
    await runner.createTable(
      new Table({
        name: 'outbox',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'event_id', type: 'char', length: '36' },
          { name: 'destination', type: 'varchar', length: '16' },
          { name: 'event_type', type: 'varchar', length: '64' },
          { name: 'envelope', type: mysql ? 'longtext' : 'text' },
          { name: 'attempts', type: 'int' },
          { name: 'due_at', ...time },
          { name: 'claim', type: 'char', length: '36', isNullable: true },
          { name: 'last_error', type: 'varchar', length: '500', isNullable: true },
          { name: 'created_at', ...time, isNullable: false },
          { name: 'sent_at', ...time },
          { name: 'parked_at', ...time },
        ],
        uniques: [{ name: 'outbox_event', columnNames: ['event_id', 'destination'] }],
        indices: [
          { name: 'outbox_due', columnNames: ['due_at'] },
          { name: 'outbox_sent', columnNames: ['sent_at'] },
          { name: 'outbox_parked', columnNames: ['parked_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('outbox');
  }
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateInbox20261122000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    await runner.createTable(
      new Table({
        name: 'inbox',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'event_id', type: 'char', length: '36' },
          { name: 'received_at', type: 'datetime', ...(mysql && { precision: 3 }) },
        ],
        uniques: [{ name: 'inbox_event', columnNames: ['event_id'] }],
        indices: [{ name: 'inbox_received', columnNames: ['received_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('inbox');
  }
}

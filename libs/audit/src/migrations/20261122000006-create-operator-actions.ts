import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateOperatorActions20261122000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const mysql = runner.dataSource.options.type === 'mysql';
    const state = { type: mysql ? 'longtext' : 'text', isNullable: true };
    await runner.createTable(
      new Table({
        name: 'operator_actions',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'operator', type: 'varchar', length: '255' },
          { name: 'action', type: 'varchar', length: '64' },
          { name: 'target', type: 'varchar', length: '255' },
          { name: 'state_before', ...state },
          { name: 'state_after', ...state },
          { name: 'acted_at', type: 'datetime', ...(mysql && { precision: 3 }) },
        ],
        indices: [{ name: 'operator_actions_acted_at', columnNames: ['acted_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('operator_actions');
  }
}

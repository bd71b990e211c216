import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const time = (name: string) => ({ name, type: 'datetime', precision: 3 });

export class CreateEndedSessions20261122000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'ended_sessions',
        columns: [{ name: 'user_id', type: 'int', isPrimary: true }, time('not_before'), time('recorded_at')],
        indices: [{ name: 'ended_sessions_recorded_at', columnNames: ['recorded_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('ended_sessions');
  }
}

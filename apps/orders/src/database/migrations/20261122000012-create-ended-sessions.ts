import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { time } from './time-column.js';

export class CreateEndedSessions20261122000012 implements MigrationInterface {
  readonly name = 'CreateEndedSessions20261122000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'ended_sessions',
        columns: [
          { name: 'user_id', type: 'int', isPrimary: true },
          { name: 'not_before', ...time(runner) },
          { name: 'recorded_at', ...time(runner) },
        ],
        indices: [{ name: 'ended_sessions_recorded', columnNames: ['recorded_at'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('ended_sessions');
  }
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { time } from './columns.js';

export class CreateEndedSessions20261122000013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'ended_sessions',
        columns: [{ name: 'user_id', type: 'int', isPrimary: true }, time('not_before'), time('recorded_at')],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('ended_sessions');
  }
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const TIME = { type: 'datetime', precision: 3 };

/** Up to when each provider was asked for its events, and when it is asked again. */
export class CreateProviderCursors20261201000013 implements MigrationInterface {
  readonly name = 'CreateProviderCursors20261201000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'provider_cursors',
        columns: [
          { name: 'provider', type: 'varchar', length: '16', isPrimary: true },
          { name: 'events_until', ...TIME },
          { name: 'next_run_at', ...TIME },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('provider_cursors');
  }
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

const TIME = { type: 'datetime', precision: 3 };

export class CreateProviderEvents20261201000012 implements MigrationInterface {
  readonly name = 'CreateProviderEvents20261201000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'provider_events',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'provider', type: 'varchar', length: '16' },
          { name: 'event_ref', type: 'varchar', length: '255' },
          { name: 'type', type: 'varchar', length: '100' },
          { name: 'object_ref', type: 'varchar', length: '255' },
          { name: 'outcome', type: 'varchar', length: '16' },
          { name: 'attempts', type: 'int' },
          { name: 'next_try_at', ...TIME, isNullable: true },
          { name: 'created_at', ...TIME },
          { name: 'received_at', ...TIME },
          { name: 'processed_at', ...TIME, isNullable: true },
        ],
        indices: [
          { name: 'provider_events_event', columnNames: ['provider', 'event_ref'], isUnique: true },
          { name: 'provider_events_next_try', columnNames: ['next_try_at', 'id'] },
          { name: 'provider_events_processed', columnNames: ['processed_at'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('provider_events');
  }
}

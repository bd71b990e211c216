import { type MigrationInterface, type QueryRunner, Table, TableColumn, TableIndex } from 'typeorm';

const INDEX = 'failed_attempts_account';

export class KnowClients20261129000012 implements MigrationInterface {
  readonly name = 'KnowClients20261129000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn(
      'failed_attempts',
      new TableColumn({ name: 'account_key', type: 'varchar', length: '64', isNullable: true }),
    );
    await runner.createIndex('failed_attempts', new TableIndex({ name: INDEX, columnNames: ['account_key'] }));
    // As in failed_attempts: on MySQL an upsert uses up an id even if it only updates.
    const id = runner.connection.options.type === 'mysql' ? 'bigint' : 'integer';
    await runner.createTable(
      new Table({
        name: 'known_clients',
        columns: [
          { name: 'id', type: id, isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'client_key', type: 'varchar', length: '64' },
          { name: 'user_id', type: 'int' },
          { name: 'seen_at', type: 'datetime', precision: 3 },
        ],
        indices: [
          { name: 'uq_known_clients_key', columnNames: ['client_key'], isUnique: true },
          { name: 'known_clients_user', columnNames: ['user_id'] },
          { name: 'known_clients_seen', columnNames: ['seen_at'] },
        ],
        foreignKeys: [
          {
            name: 'fk_known_clients_user',
            columnNames: ['user_id'],
            referencedTableName: 'users',
            referencedColumnNames: ['user_id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('known_clients');
    await runner.dropIndex('failed_attempts', INDEX);
    await runner.dropColumn('failed_attempts', 'account_key');
  }
}

import { type MigrationInterface, type QueryRunner, TableColumn, TableIndex } from 'typeorm';

const INDEX = 'users_pending_email';

export class AddPendingEmails20261129000011 implements MigrationInterface {
  readonly name = 'AddPendingEmails20261129000011';

  async up(runner: QueryRunner): Promise<void> {
    const exact = runner.connection.options.type === 'mysql' ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
    await runner.addColumns('users', [
      new TableColumn({ name: 'pending_email', type: 'varchar', length: '255', isNullable: true }),
      new TableColumn({ name: 'pending_email_key', type: 'varchar', length: '512', isNullable: true, ...exact }),
    ]);
    await runner.createIndex('users', new TableIndex({ name: INDEX, columnNames: ['pending_email_key'] }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('users', INDEX);
    await runner.dropColumns('users', ['pending_email', 'pending_email_key']);
  }
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateErasedUsers20261122000013 implements MigrationInterface {
  readonly name = 'CreateErasedUsers20261122000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'erased_users',
        columns: [
          { name: 'user_id', type: 'int', isPrimary: true },
          { name: 'erased_at', type: 'datetime', precision: 3 },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('erased_users');
  }
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateSessions20261122000011 implements MigrationInterface {
  readonly name = 'CreateSessions20261122000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'sessions',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'session_id', type: 'varchar', length: '36' },
          { name: 'user_id', type: 'int' },
          { name: 'token_hash', type: 'varchar', length: '64' },
          { name: 'created_at', type: 'datetime', precision: 3 },
          { name: 'expires_at', type: 'datetime', precision: 3 },
          { name: 'ended_at', type: 'datetime', precision: 3, isNullable: true },
        ],
        indices: [
          { name: 'uq_sessions_session_id', columnNames: ['session_id'], isUnique: true },
          { name: 'sessions_user', columnNames: ['user_id'] },
          { name: 'sessions_expiry', columnNames: ['expires_at'] },
        ],
        foreignKeys: [
          {
            name: 'fk_sessions_user',
            columnNames: ['user_id'],
            referencedTableName: 'users',
            referencedColumnNames: ['user_id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    );
    // No foreign key: the row must outlive an erased user until the last access token has expired.
    await runner.createTable(
      new Table({
        name: 'ended_sessions',
        columns: [
          { name: 'user_id', type: 'int', isPrimary: true },
          { name: 'not_before', type: 'datetime', precision: 3 },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('ended_sessions');
    await runner.dropTable('sessions');
  }
}

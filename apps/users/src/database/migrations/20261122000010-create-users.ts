import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateUsers20261122000010 implements MigrationInterface {
  readonly name = 'CreateUsers20261122000010';

  async up(runner: QueryRunner): Promise<void> {
    // Exact comparison: MySQL's default collation would treat addresses that differ by an accent as equal.
    const exact = runner.connection.options.type === 'mysql' ? { charset: 'utf8mb4', collation: 'utf8mb4_bin' } : {};
    await runner.createTable(
      new Table({
        name: 'users',
        columns: [
          { name: 'user_id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'username', type: 'varchar', length: '50', isNullable: true, ...exact },
          { name: 'email', type: 'varchar', length: '255' },
          { name: 'email_key', type: 'varchar', length: '512', ...exact },
          { name: 'password_hash', type: 'varchar', length: '255' },
          { name: 'full_name', type: 'varchar', length: '100' },
          { name: 'phone_number', type: 'varchar', length: '20', isNullable: true },
          { name: 'address', type: 'varchar', length: '1000', isNullable: true },
          { name: 'role', type: 'varchar', length: '10' },
          { name: 'email_verified', type: 'tinyint' },
          { name: 'created_at', type: 'datetime', precision: 3 },
          { name: 'updated_at', type: 'datetime', precision: 3 },
          { name: 'version', type: 'int' },
        ],
        // Each non-unique index serves one sort order or filter of the list; the id is the keyset's tie-break.
        indices: [
          { name: 'uq_users_email_key', columnNames: ['email_key'], isUnique: true },
          { name: 'uq_users_username', columnNames: ['username'], isUnique: true },
          { name: 'users_created', columnNames: ['created_at', 'user_id'] },
          { name: 'users_name', columnNames: ['full_name', 'user_id'] },
          { name: 'users_role_created', columnNames: ['role', 'created_at', 'user_id'] },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('users');
  }
}

import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateAccountTokens20261122000012 implements MigrationInterface {
  readonly name = 'CreateAccountTokens20261122000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'account_tokens',
        columns: [
          { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'token_hash', type: 'varchar', length: '64' },
          { name: 'user_id', type: 'int' },
          { name: 'purpose', type: 'varchar', length: '20' },
          { name: 'expires_at', type: 'datetime', precision: 3 },
        ],
        indices: [
          { name: 'uq_account_tokens_hash', columnNames: ['token_hash'], isUnique: true },
          { name: 'account_tokens_user', columnNames: ['user_id', 'purpose'] },
          { name: 'account_tokens_expiry', columnNames: ['expires_at'] },
        ],
        foreignKeys: [
          {
            name: 'fk_account_tokens_user',
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
    await runner.dropTable('account_tokens');
  }
}

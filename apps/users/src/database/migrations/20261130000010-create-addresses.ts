import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateAddresses20261130000010 implements MigrationInterface {
  readonly name = 'CreateAddresses20261130000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'addresses',
        columns: [
          { name: 'address_id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
          { name: 'user_id', type: 'int' },
          { name: 'address', type: 'text' },
          { name: 'default_of', type: 'int', isNullable: true },
          { name: 'created_at', type: 'datetime', precision: 3 },
          { name: 'updated_at', type: 'datetime', precision: 3 },
          { name: 'version', type: 'int' },
        ],
        indices: [
          { name: 'addresses_user', columnNames: ['user_id', 'address_id'] },
          { name: 'uq_addresses_default', columnNames: ['default_of'], isUnique: true },
        ],
        foreignKeys: [
          {
            name: 'fk_addresses_user',
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
    await runner.dropTable('addresses');
  }
}

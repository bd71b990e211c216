import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateSuppressedAddresses20261122000012 implements MigrationInterface {
  readonly name = 'CreateSuppressedAddresses20261122000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'suppressed_addresses',
        columns: [
          { name: 'address_hash', type: 'varchar', length: '64', isPrimary: true },
          { name: 'reason', type: 'varchar', length: '20' },
          { name: 'created_at', type: 'datetime', precision: 3 },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('suppressed_addresses');
  }
}

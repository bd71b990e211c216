import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

const COLUMNS = [
  { name: 'billing_address', type: 'text', isNullable: true },
  { name: 'note', type: 'varchar', length: '1000', isNullable: true },
];

/** Texts in `shipping_address` stay: the release before runs beside this one for a while, and reads and writes them. */
export class StructureAddresses20261130000010 implements MigrationInterface {
  readonly name = 'StructureAddresses20261130000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns(
      'orders',
      COLUMNS.map((column) => new TableColumn(column)),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns(
      'orders',
      COLUMNS.map(({ name }) => name),
    );
  }
}

import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

const COLUMNS = [
  { name: 'former_token_hash', type: 'varchar', length: '64', isNullable: true },
  { name: 'traded_at', type: 'datetime', precision: 3, isNullable: true },
];

export class RememberFormerRefreshTokens20261129000010 implements MigrationInterface {
  readonly name = 'RememberFormerRefreshTokens20261129000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns(
      'sessions',
      COLUMNS.map((column) => new TableColumn(column)),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumns(
      'sessions',
      COLUMNS.map(({ name }) => name),
    );
  }
}

import { type MigrationInterface, type QueryRunner, TableColumn } from 'typeorm';

export class KnowReturns20261203000010 implements MigrationInterface {
  readonly name = 'KnowReturns20261203000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumn('emails', new TableColumn({ name: 'return_id', type: 'int', isNullable: true }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropColumn('emails', 'return_id');
  }
}

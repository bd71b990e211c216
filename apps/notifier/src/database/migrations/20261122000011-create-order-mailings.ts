import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';

export class CreateOrderMailings20261122000011 implements MigrationInterface {
  readonly name = 'CreateOrderMailings20261122000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'order_mailings',
        columns: [
          { name: 'order_id', type: 'int', isPrimary: true },
          { name: 'cancelled', type: 'tinyint' },
        ],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('order_mailings');
  }
}

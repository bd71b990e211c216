import { type MigrationInterface, type QueryRunner, Table, TableColumn, type TableColumnOptions } from 'typeorm';

const amount = (name: string): TableColumnOptions => ({ name, type: 'bigint', default: 0 });
const AMOUNTS = [amount('amount_authorized'), amount('amount_disputed')];

/** What the payments of an order come to, and each payment as of its newest event. */
export class KnowPayments20261130000012 implements MigrationInterface {
  readonly name = 'KnowPayments20261130000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.addColumns(
      'orders',
      AMOUNTS.map((column) => new TableColumn(column)),
    );
    await runner.createTable(
      new Table({
        name: 'order_payments',
        columns: [
          { name: 'payment_id', type: 'int', isPrimary: true },
          { name: 'order_id', type: 'int' },
          { name: 'version', type: 'int' },
          amount('authorized'),
          amount('captured'),
          amount('refunded'),
          amount('disputed'),
        ],
        indices: [{ name: 'order_payments_order', columnNames: ['order_id'] }],
      }),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('order_payments');
    await runner.dropColumns(
      'orders',
      AMOUNTS.map(({ name }) => name),
    );
  }
}

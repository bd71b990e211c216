import { type MigrationInterface, type QueryRunner, TableColumn, type TableColumnOptions } from 'typeorm';
import { addChecks, type Checks, dropChecks } from './checks.js';
import { time } from './time-column.js';

const amount = (name: string): TableColumnOptions => ({ name, type: 'bigint', default: 0 });
const pieces = (name: string): TableColumnOptions => ({ name, type: 'int', default: 0 });

/** Everything has a default, since the release before inserts beside this one and names none of it. */
const ORDER_COLUMNS = (runner: QueryRunner): TableColumnOptions[] => [
  { name: 'payment_status', type: 'varchar', length: '20', default: "'unpaid'" },
  { name: 'fulfilment_status', type: 'varchar', length: '20', default: "'unfulfilled'" },
  // Null in its rows: then it is the order's total.
  { name: 'items_total', type: 'bigint', isNullable: true },
  amount('discount_total'),
  amount('shipping_total'),
  amount('tax_total'),
  { name: 'prices_include_tax', type: 'tinyint', default: 0 },
  amount('amount_paid'),
  amount('amount_refunded'),
  { name: 'locale', type: 'varchar', length: '35', isNullable: true },
  { name: 'delivered_at', ...time(runner), isNullable: true },
];

const LINE_COLUMNS: TableColumnOptions[] = [
  amount('discount_total'),
  { name: 'tax_rate', type: 'int', default: 0 },
  amount('tax_total'),
  pieces('quantity_shipped'),
  pieces('quantity_cancelled'),
  pieces('quantity_returned'),
];

const notNegative = (columns: string[]): string => columns.map((column) => `${column} >= 0`).join(' AND ');

/** The last safeguard, should a sum ever be wrong. Without parentheses, which TypeORM does not read back from SQLite. */
const ORDER_CHECKS: Checks = {
  orders_amounts_not_negative: notNegative([
    'items_total',
    'discount_total',
    'shipping_total',
    'tax_total',
    'order_total',
    'amount_refunded',
  ]),
  orders_refunded_within_paid: 'amount_refunded <= amount_paid',
  orders_total_is_sum:
    'order_total = items_total - discount_total + shipping_total + CASE WHEN prices_include_tax = 1 THEN 0 ELSE tax_total END',
};
const LINE_CHECKS: Checks = {
  order_items_amounts_not_negative: notNegative(['line_total', 'discount_total', 'tax_rate', 'tax_total']),
  order_items_total_is_price: 'line_total = price_at_order * quantity - discount_total',
  order_items_pieces_not_negative: notNegative(['quantity_shipped', 'quantity_cancelled', 'quantity_returned']),
  order_items_pieces_within_order: 'quantity_shipped + quantity_cancelled <= quantity',
  order_items_returned_within_shipped: 'quantity_returned <= quantity_shipped',
};

export class SplitOrderTotals20261130000011 implements MigrationInterface {
  readonly name = 'SplitOrderTotals20261130000011';

  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, 'orders', ORDER_COLUMNS(runner));
    await addColumns(runner, 'order_items', LINE_COLUMNS);
    await addChecks(runner, 'orders', ORDER_CHECKS);
    await addChecks(runner, 'order_items', LINE_CHECKS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropChecks(runner, 'order_items', LINE_CHECKS);
    await dropChecks(runner, 'orders', ORDER_CHECKS);
    await runner.dropColumns('order_items', namesOf(LINE_COLUMNS));
    await runner.dropColumns('orders', namesOf(ORDER_COLUMNS(runner)));
  }
}

function addColumns(runner: QueryRunner, table: string, columns: TableColumnOptions[]): Promise<void> {
  const added = columns.map((column) => new TableColumn(column));
  return runner.addColumns(table, added);
}

const namesOf = (columns: TableColumnOptions[]): string[] => columns.map(({ name }) => name);

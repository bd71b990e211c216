import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { time } from './time-column.js';

const id = (name: string): TableColumnOptions => ({
  name,
  type: 'integer',
  isPrimary: true,
  isGenerated: true,
  generationStrategy: 'increment',
});
const text = (name: string, length: number): TableColumnOptions => ({ name, type: 'varchar', length: String(length) });
const json = (name: string): TableColumnOptions => ({ name, type: 'text' });
const number = (name: string): TableColumnOptions => ({ name, type: 'int' });
const amount = (name: string): TableColumnOptions => ({ name, type: 'bigint' });
const nullable = (column: TableColumnOptions): TableColumnOptions => ({ ...column, isNullable: true });

/** Each names its table's column; with a default, since the release before inserts beside this one and names none of it. */
const ADDED = [
  ['orders', 'credited_total', 'bigint'],
  ['order_items', 'quantity_prepared', 'int'],
] as const;

/** What left of orders, what was cancelled, and what comes back. */
export class CreateParts20261203000010 implements MigrationInterface {
  readonly name = 'CreateParts20261203000010';

  /** Columns not by TypeORM, which copies a table of SQLite for each. */
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, type] of ADDED) {
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${type} NOT NULL DEFAULT 0 CHECK (${column} >= 0)`);
    }
    const at = (name: string): TableColumnOptions => ({ name, ...time(runner) });
    await runner.createTable(
      partsTable('shipments', 'shipment', [
        text('status', 16),
        json('items'),
        json('parcels'),
        nullable(number('created_by')),
        nullable(at('shipped_at')),
        nullable(at('delivered_at')),
        at('created_at'),
        at('updated_at'),
        number('version'),
      ]),
    );
    await runner.createTable(
      partsTable('cancellations', 'cancellation', [
        json('items'),
        amount('amount'),
        nullable(text('reason', 500)),
        nullable(number('created_by')),
        at('created_at'),
      ]),
    );
    await runner.createTable(
      partsTable('order_returns', 'return', [
        text('status', 16),
        json('items'),
        nullable(json('received')),
        nullable(text('rejection_reason', 500)),
        nullable(amount('received_value')),
        nullable(amount('refund_amount')),
        nullable(amount('fee')),
        nullable(number('requested_by')),
        at('created_at'),
        at('updated_at'),
        number('version'),
      ]),
    );
    // For the list of all returns.
    await runner.query('CREATE INDEX order_returns_status ON order_returns (status, return_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['order_returns', 'cancellations', 'shipments']) await runner.dropTable(table);
    for (const [table, column] of ADDED) await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}

/** A table of parts of orders: its id, its ref, its order. */
function partsTable(name: string, part: string, columns: TableColumnOptions[]): Table {
  return new Table({
    name,
    columns: [id(`${part}_id`), text(`${part}_ref`, 36), number('order_id'), ...columns],
    indices: [
      { name: `uq_${name}_ref`, columnNames: [`${part}_ref`], isUnique: true },
      { name: `${name}_order`, columnNames: ['order_id', `${part}_id`] },
    ],
  });
}

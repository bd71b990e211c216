import { type MigrationInterface, type QueryRunner, Table, type TableColumnOptions } from 'typeorm';
import { time } from './time-column.js';

const serial = (name: string): TableColumnOptions => ({
  ...{ name, type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
});
const text = (name: string, length: number): TableColumnOptions => ({ name, type: 'varchar', length: String(length) });

const written = (runner: QueryRunner): TableColumnOptions[] => [
  { name: 'created_at', ...time(runner) },
  { name: 'updated_at', ...time(runner) },
  { name: 'version', type: 'int' },
];

/** Shipping methods and tax rates, by which orders are priced. */
export class CreatePricing20261130000013 implements MigrationInterface {
  readonly name = 'CreatePricing20261130000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(shippingMethods(runner));
    await runner.createTable(taxRates(runner));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('tax_rates');
    await runner.dropTable('shipping_methods');
  }
}

function shippingMethods(runner: QueryRunner): Table {
  return new Table({
    name: 'shipping_methods',
    columns: [
      serial('shipping_method_id'),
      text('code', 100),
      text('name', 100),
      { name: 'countries', type: 'text' },
      text('basis', 10),
      { name: 'steps', type: 'text' },
      { name: 'free_from', type: 'bigint', isNullable: true },
      { name: 'position', type: 'int' },
      { name: 'active', type: 'tinyint' },
      ...written(runner),
    ],
    indices: [{ name: 'uq_shipping_methods_code', columnNames: ['code'], isUnique: true }],
  });
}

function taxRates(runner: QueryRunner): Table {
  return new Table({
    name: 'tax_rates',
    columns: [
      serial('tax_rate_id'),
      text('name', 100),
      text('country', 2),
      { ...text('region', 100), isNullable: true },
      { ...text('postal_prefix', 20), isNullable: true },
      text('tax_category', 100),
      { name: 'rate', type: 'int' },
      { name: 'includes_shipping', type: 'tinyint' },
      { name: 'valid_from', ...time(runner), isNullable: true },
      { name: 'valid_to', ...time(runner), isNullable: true },
      ...written(runner),
    ],
    // A quote reads those of its country and postal code only: a country may have tens of thousands.
    indices: [{ name: 'tax_rates_place', columnNames: ['country', 'postal_prefix'] }],
  });
}

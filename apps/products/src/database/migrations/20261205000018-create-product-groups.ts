import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import { exactText, isMysql, serial, time } from './columns.js';

/** The release before inserts beside this one and names none of them. */
const COLUMNS = {
  group_id: 'int NULL',
  option_values: 'text NULL',
  variant_key: 'varchar(43) NULL',
};

/** Groups, and what makes a product a variant of one. */
export class CreateProductGroups20261205000018 implements MigrationInterface {
  readonly name = 'CreateProductGroups20261205000018';

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'product_groups',
        columns: [
          serial('group_id'),
          { name: 'name', type: 'varchar', length: '255' },
          { name: 'description', type: 'text', isNullable: true },
          { name: 'options', type: 'text' },
          time('created_at'),
          time('updated_at'),
          { name: 'version', type: 'int' },
        ],
        indices: [{ name: 'product_groups_created_at', columnNames: ['created_at'] }],
      }),
    );
    await runner.createTable(
      new Table({
        name: 'product_option_values',
        columns: [
          { name: 'product_id', type: 'int', isPrimary: true },
          { ...exactText(runner, 'name_key', 60, 'utf8mb4'), isPrimary: true },
          exactText(runner, 'value_key', 60, 'utf8mb4'),
          { name: 'value', type: 'varchar', length: '60' },
        ],
        indices: [{ name: 'product_option_values_value', columnNames: ['name_key', 'value_key', 'product_id'] }],
      }),
    );
    await extend(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX products_variant${isMysql(runner) ? ' ON products' : ''}`);
    for (const column of Object.keys(COLUMNS)) await runner.query(`ALTER TABLE products DROP COLUMN ${column}`);
    await runner.dropTable('product_option_values');
    await runner.dropTable('product_groups');
  }
}

/** Not by TypeORM, which copies a table of SQLite for this, without the triggers of the search. */
async function extend(runner: QueryRunner): Promise<void> {
  const added = Object.entries(COLUMNS).map(([column, type]) => `ADD COLUMN ${column} ${type}`);
  if (isMysql(runner)) {
    const exact = added.map((one) => one.replace('varchar(43)', '$& CHARACTER SET ascii COLLATE ascii_bin'));
    const index = 'ADD UNIQUE INDEX products_variant (group_id, variant_key)';
    await runner.query(`ALTER TABLE products ${exact.join(', ')}, ${index}`);
    return;
  }
  for (const one of added) await runner.query(`ALTER TABLE products ${one}`);
  await runner.query('CREATE UNIQUE INDEX products_variant ON products (group_id, variant_key)');
}

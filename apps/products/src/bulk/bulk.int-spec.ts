import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Database } from '@app/database';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import {
  type Counts,
  type FileFormat,
  ProductExportService,
  ProductImportService,
  openProductFile,
  type ProductFile,
  ProductsOperationsModule,
  type Rejected,
} from '../operations-app.module.js';
import type { SourceLine } from './product-file.js';

const HEADER = 'sku,name,description,category,price,initial_stock,warehouse_location';

describeOnEachDatabase('products in bulk', (databaseUrl) => {
  const folder = mkdtempSync(join(tmpdir(), 'bulk-'));
  let app: INestApplicationContext;
  let files = 0;

  beforeAll(async () => {
    const module = ProductsOperationsModule.forDatabase({ url: databaseUrl(), poolSize: 4 }, undefined, 'USD');
    app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    for (const table of ['inventory_movements', 'inventory', 'products', 'outbox', 'operator_actions'])
      await query(`DELETE FROM ${table}`);
  });

  async function query<R = Record<string, unknown>>(sql: string): Promise<R[]> {
    const database = app.get(Database);
    return /^\s*SELECT/.test(sql) ? database.query<R>(sql) : (await database.execute(sql), []);
  }

  async function number(sql: string): Promise<number> {
    return Number((await query(sql))[0]?.['n']);
  }

  async function importLines(source: Pick<ProductFile, 'lines'>, format: FileFormat, dryRun = false) {
    const rejected: Rejected[] = [];
    const counts = await app.get(ProductImportService).run(source.lines(), {
      format,
      file: 'catalog',
      operator: 'ann@desk',
      dryRun,
      onReject: async (line) => void rejected.push(line),
      onProgress: () => undefined,
    });
    return { counts, rejected };
  }

  function fileOf(content: string | Buffer, format: FileFormat): ProductFile {
    const path = join(folder, `${++files}.${format}`);
    writeFileSync(path, content);
    return openProductFile(path, format, 'USD');
  }

  const csv = (rows: string[], header = HEADER) => fileOf([header, ...rows, ''].join('\n'), 'csv');
  const ndjson = (rows: object[]) => fileOf(rows.map((row) => `${JSON.stringify(row)}\n`).join(''), 'ndjson');
  const counts = (inserted: number, updated: number, unchanged: number, rejected: number): Counts => ({
    inserted,
    updated,
    unchanged,
    rejected,
  });
  const many = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `M-${from + i},Mouse ${from + i},,Mice,9.99,${(from + i) % 3},`);

  it('inserts new products with their first stock, which a second run does not change', async () => {
    const rows = ['A-1,"Mouse, wireless",Three buttons,Mice,29.99,5,Hall 2', 'A-2,Lamp,,,3,0,'];
    expect((await importLines(csv(rows), 'csv')).counts).toEqual(counts(2, 0, 0, 0));
    const all = `SELECT p.sku, p.name, p.description, p.category, p.price, p.version, p.updated_at, i.stock_quantity, i.warehouse_location
                 FROM products p JOIN inventory i ON i.product_id = p.product_id ORDER BY p.sku`;
    const before = await query(all);
    expect(before.map((row) => [row['sku'], row['name'], row['description'], Number(row['price'])])).toEqual([
      ['A-1', 'Mouse, wireless', 'Three buttons', 2_999],
      ['A-2', 'Lamp', null, 300],
    ]);
    expect(await query('SELECT stock_delta, reason, moved_by FROM inventory_movements')).toEqual([
      { stock_delta: 5, reason: 'initial stock', moved_by: null },
    ]);
    const notices = await query('SELECT event_id FROM outbox');
    expect((await importLines(csv(rows), 'csv')).counts).toEqual(counts(0, 0, 2, 0));
    expect(await query(all)).toEqual(before);
    expect(await query('SELECT event_id FROM outbox')).toEqual(notices);
  });

  it('imports 500 products with the longest texts in any script in one batch', async () => {
    // As many words as are indexed, of characters with three bytes each.
    const word = (index: number) => String.fromCodePoint(0x4e00 + index).repeat(5);
    const description = Array.from({ length: 750 }, (_, index) => word(index)).join(' ');
    const rows = Array.from({ length: 500 }, (_, index) => ({
      sku: `L-${index}`,
      name: '鼠标',
      price: 1,
      description,
    }));
    expect((await importLines(ndjson(rows), 'ndjson')).counts).toEqual(counts(500, 0, 0, 0));
    expect(await number(`SELECT COUNT(*) AS n FROM products WHERE description = '${description}'`)).toBe(500);
  });

  it('updates fields that differ, keeps fields that a line omits, and indexes the new words', async () => {
    await importLines(csv(['A-1,Mouse,Old text,Mice,1.00,5,Hall 2', 'A-2,Lamp,,Light,2.00,1,']), 'csv');
    const { counts: done } = await importLines(
      ndjson([
        { sku: 'A-1', name: 'Trackball', price: '1.50' },
        { sku: 'A-2', name: 'Lamp', price: 2, category: null },
      ]),
      'ndjson',
    );
    expect(done).toEqual(counts(0, 2, 0, 0));
    const rows = await query(
      `SELECT p.name, p.description, p.category, p.price, w.words, w.of_version, p.version
       FROM products p JOIN product_words w ON w.product_id = p.product_id ORDER BY p.sku`,
    );
    expect(rows.map((row) => ({ ...row, price: Number(row['price']) }))).toEqual([
      {
        name: 'Trackball',
        description: 'Old text',
        category: 'Mice',
        price: 150,
        words: ' k_a1 n_trackball t_trackball t_a t_1 t_a1 t_old t_text ',
        of_version: 2,
        version: 2,
      },
      {
        name: 'Lamp',
        description: null,
        category: null,
        price: 200,
        words: ' k_a2 n_lamp t_lamp t_a t_2 t_a2 ',
        of_version: 2,
        version: 2,
      },
    ]);
    expect(await number('SELECT SUM(stock_quantity) AS n FROM inventory')).toBe(6);
  });

  it('leaves the main category of a product that is in categories, and takes no ids of categories', async () => {
    await importLines(csv(['A-1,Mouse,,Mice,1.00,5,', 'A-2,Lamp,,Light,2.00,1,']), 'csv');
    await query(
      "INSERT INTO product_categories (product_id, place, category_id) SELECT product_id, 1, 1 FROM products WHERE sku = 'A-1'",
    );
    const { counts: done, rejected } = await importLines(
      ndjson([
        { sku: 'A-1', name: 'Mouse', category: 'Rodents', price: '1.00' },
        { sku: 'A-2', name: 'Lamp', category: 'Lamps', price: '2.00' },
        { sku: 'A-3', name: 'Desk', category_ids: [1], price: '2.00' },
      ]),
      'ndjson',
    );
    expect(done).toEqual(counts(0, 1, 1, 1));
    expect(rejected.map(({ reason }) => reason)).toEqual([
      'category_ids is not part of a file: put products into categories by PUT /products/{product_id}.',
    ]);
    const rows = await query('SELECT category FROM products ORDER BY sku');
    expect(rows).toEqual([{ category: 'Mice' }, { category: 'Lamps' }]);
  });

  it('rejects records that POST /products would refuse, with line and reason, and imports the rest', async () => {
    const { counts: done, rejected } = await importLines(
      csv([
        'A-1,Mouse,,,1.00,,',
        'bad sku,Mouse,,,1.00,,',
        'A-3,,,,1.00,,',
        'A-4,Mouse,,,free,x,',
        'A-5,Mouse',
        'A-6,5" nail,,,1.00,,',
        'A-7,"two\nlines",,,1.00,1,',
      ]),
      'csv',
    );
    expect(done).toEqual(counts(2, 0, 0, 5));
    const byLine = rejected.map(({ line, reason }) => `${line.line}: ${reason}`);
    expect(byLine).toEqual([
      expect.stringMatching(/^3: sku must be a text of 1 to 100 characters matching/),
      expect.stringMatching(/^4: name must be a text of 1 to 255 characters/),
      expect.stringMatching(/^5: price must be an amount .* initial_stock must be a whole number/),
      '6: The line has not as many cells as the first line has columns.',
      '7: A quote stands in a cell that is not quoted: quote the cell, and double its own quotes.',
    ]);
    const lines = await importLines(
      fileOf('{"sku":1}\nnonsense\n[1]\n\n{"sku":"B-1","name":"\xff","price":1}\n', 'ndjson'),
      'ndjson',
    );
    expect(lines.rejected.map(({ line }) => line.line)).toEqual([1, 2, 3]);
  });

  it('names the line of a broken quote, and an unknown column', async () => {
    const lost = importLines(csv(['A-1,Mouse,,,1.00,,', 'A-2,"Mouse"x,,,1.00,,', ...many(0, 600)]), 'csv');
    await expect(lost).rejects.toThrow('The quotes cannot be followed from line 3 on');
    expect(await query('SELECT sku FROM products')).toEqual([{ sku: 'A-1' }]);
    await expect(importLines(csv(['1'], 'weight'), 'csv')).rejects.toThrow('"weight" in the first line is no column');
  });

  it('can be run again after an interruption, and the ledger adds up', async () => {
    const rows = many(0, 1_700);
    async function* torn(): AsyncGenerator<SourceLine> {
      let n = 0;
      for await (const line of csv(rows).lines()) {
        if (++n > 1_200) throw new Error('the machine is gone');
        yield line;
      }
    }
    await expect(importLines({ lines: torn }, 'csv')).rejects.toThrow('the machine is gone');
    expect(await number('SELECT COUNT(*) AS n FROM products')).toBe(1_200);
    expect((await importLines(csv(rows), 'csv')).counts).toEqual(counts(500, 0, 1_200, 0));
    expect(
      await query(
        `SELECT p.sku FROM products p LEFT JOIN inventory i ON i.product_id = p.product_id
         LEFT JOIN inventory_movements m ON m.product_id = p.product_id
         GROUP BY p.product_id, p.sku, i.stock_quantity HAVING i.stock_quantity IS NULL OR i.stock_quantity <> COALESCE(SUM(m.stock_delta), 0)`,
      ),
    ).toEqual([]);
    const actions = await query<{ operator: string; state_after: string }>(
      'SELECT operator, state_after FROM operator_actions ORDER BY id',
    );
    expect(actions.map(({ operator, state_after }) => [operator, JSON.parse(state_after).inserted])).toEqual([
      ['ann@desk', 500],
      ['ann@desk', 500],
      ['ann@desk', 200],
      // The third batch of the second run began with the last one of the first run.
      ['ann@desk', 300],
      ['ann@desk', 200],
    ]);
  });

  it('uses the last line of a sku, and two concurrent imports insert each product once', async () => {
    const twice = [
      { sku: 'A-1', name: 'First', price: 1 },
      { sku: 'A-1', name: 'Last', price: 1 },
    ];
    expect((await importLines(ndjson(twice), 'ndjson')).counts).toEqual(counts(1, 1, 0, 0));
    expect(await query("SELECT name FROM products WHERE sku = 'A-1'")).toEqual([{ name: 'Last' }]);
    const both = await Promise.all([importLines(csv(many(0, 1_000)), 'csv'), importLines(csv(many(0, 1_000)), 'csv')]);
    const sum = both.reduce((n, { counts: { inserted, unchanged } }) => [n[0]! + inserted, n[1]! + unchanged], [0, 0]);
    expect(sum).toEqual([1_000, 1_000]);
  });

  it('invalidates all cached answers of a batch with one notice', async () => {
    await importLines(csv(many(0, 600)), 'csv');
    const notices = await query<{ envelope: string }>("SELECT envelope FROM outbox WHERE destination = 'cache'");
    const payloads = notices.map(({ envelope }) => JSON.parse(envelope).payload);
    expect(payloads.map(({ products, inventory, lists }) => [products.length, inventory.length, lists])).toEqual([
      [500, 500, true],
      [100, 100, true],
    ]);
  });

  it('counts in a dry run what it would do, and writes nothing', async () => {
    await importLines(csv(many(0, 10)), 'csv');
    const notices = await number('SELECT COUNT(*) AS n FROM outbox');
    const rows = [...many(5, 15), 'M-1,Changed,,Mice,9.99,1,', 'x y,,,,,,'];
    expect((await importLines(csv(rows), 'csv', true)).counts).toEqual(counts(5, 1, 5, 1));
    expect(await number('SELECT COUNT(*) AS n FROM products')).toBe(10);
    expect(await number('SELECT COUNT(*) AS n FROM outbox')).toBe(notices);
  });

  it.each(['csv', 'ndjson'] as const)(
    'exports %s that imports the same products into an empty catalog',
    async (format) => {
      const strange = [
        { name: 'A "quoted", name', description: 'two\nlines\r\nand\rmore', category: '=1+1', price: '0.01' },
        {
          name: "'=1",
          weight_grams: 0,
          tax_category: '=food',
          description: ' blanks at both ends\t',
          category: '@SUM(A1)',
          price: '99999999.99',
        },
        { name: '\u{1f980} ; semicolons', description: '', category: null, price: 1, warehouse_location: '-1' },
      ].map((product, index) => ({ sku: `-${index}`, initial_stock: index, ...product }));
      await importLines(ndjson(strange), 'ndjson');
      await importLines(csv(many(0, 1_100)), 'csv');
      await query("UPDATE products SET status = 'archived' WHERE sku = 'M-3'");
      const exported = await text(app.get(ProductExportService).stream(format));
      expect(exported.includes('M-3,') || exported.includes('"M-3"')).toBe(false);
      expect((await importLines(fileOf(exported, format), format)).counts).toEqual(counts(0, 0, 1_102, 0));
      const all = `SELECT p.sku, p.name, p.description, p.category, p.price, p.weight_grams, p.tax_category,
        i.stock_quantity, i.warehouse_location
      FROM products p JOIN inventory i ON i.product_id = p.product_id WHERE p.status = 'active' ORDER BY p.sku`;
      const before = await query(all);
      for (const table of ['inventory_movements', 'inventory', 'products']) await query(`DELETE FROM ${table}`);
      expect((await importLines(fileOf(exported, format), format)).counts).toEqual(counts(1_102, 0, 0, 0));
      expect(await query(all)).toEqual(before);
    },
  );

  it('keeps weight and tax category where a file says nothing of them', async () => {
    const header = 'sku,name,price,weight_grams,tax_category';
    await importLines(csv(['A-1,Mouse,1,95,food', 'A-2,Lamp,1,,'], header), 'csv');
    const columns = 'SELECT sku, weight_grams, tax_category FROM products ORDER BY sku';
    const lamp = { sku: 'A-2', weight_grams: null, tax_category: 'standard' };
    expect(await query(columns)).toEqual([{ sku: 'A-1', weight_grams: 95, tax_category: 'food' }, lamp]);
    expect((await importLines(csv(['A-1,Mouse,2', 'A-2,Lamp,1'], 'sku,name,price'), 'csv')).counts).toEqual(
      counts(0, 1, 1, 0),
    );
    expect(await query(columns)).toEqual([{ sku: 'A-1', weight_grams: 95, tax_category: 'food' }, lamp]);
    await importLines(csv(['A-1,Mouse,2,,'], header), 'csv');
    expect(await query(columns)).toEqual([{ sku: 'A-1', weight_grams: null, tax_category: 'food' }, lamp]);
  });

  it('imports the rejected records once they are corrected', async () => {
    const file = csv(['A-1;Mouse;1,50', 'bad sku;Lamp;2,00', 'A-3;Chair;"1,299"'], 'sku;name;price');
    const { rejected } = await importLines(file, 'csv');
    const kept = file.rejectedHead() + rejected.map(({ line, reason }) => file.rejected(line, reason)).join('');
    expect((await importLines(fileOf(kept, 'csv'), 'csv')).counts).toEqual(counts(0, 0, 0, 2));
    const corrected = kept.replace('bad sku', 'A-2').replaceAll('"1,299"', '"1.299,00"');
    expect((await importLines(fileOf(corrected, 'csv'), 'csv')).counts).toEqual(counts(2, 0, 0, 0));
    const rows = await query('SELECT sku, price FROM products ORDER BY sku');
    expect(rows.map(({ sku, price }) => [sku, Number(price)])).toEqual([
      ['A-1', 150],
      ['A-2', 200],
      ['A-3', 129_900],
    ]);
  });

  it('does the same for NDJSON with any line ends', async () => {
    const file = fileOf(
      '{"sku":"A-1","name":"Mouse","price":1}\r{"sku":"A 2","name":"Lamp","price":"2"}\r\nnonsense',
      'ndjson',
    );
    const { counts: done, rejected } = await importLines(file, 'ndjson');
    expect(done).toEqual(counts(1, 0, 0, 2));
    const kept = rejected.map(({ line, reason }) => file.rejected(line, reason)).join('');
    expect(kept).toContain(
      '"rejected_line":3,"rejected_reason":"The line is not a JSON object.","rejected_text":"nonsense"}',
    );
    const { counts: again } = await importLines(fileOf(kept.replace('A 2', 'A-2'), 'ndjson'), 'ndjson');
    expect(again).toEqual(counts(1, 0, 0, 1));
  });
});

import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import type { BulkRepository, ExportedProduct } from './bulk.repository.js';
import { Amounts } from './cells.js';
import { CsvFile } from './csv-file.js';
import { ProductExportService } from './product-export.service.js';
import type { SourceLine } from './product-file.js';

const HEADER = 'sku,name,description,category,price,initial_stock,warehouse_location';

/** Yields the content in small pieces, so that boundaries fall at every position. */
async function* inPieces(content: string | Buffer, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content);
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function read(content: string | Buffer, { size = 1_000, currency = 'USD' } = {}) {
  const file = new CsvFile(inPieces(content, size), new Amounts(currency));
  const lines: SourceLine[] = [];
  for await (const line of file.lines()) lines.push(line);
  return { file, lines, fields: lines.map(({ fields, problem }) => fields ?? problem) };
}

const price = async (cell: string, currency = 'USD') => {
  const { fields } = await read(`sku;price\nA;"${cell}"\n`, { currency });
  return typeof fields[0] === 'object' ? fields[0]['price'] : fields[0];
};

describe('a CSV file of products', () => {
  it.each([',', ';', '\t'])('is read with cells separated by %j, and blanks around them', async (delimiter) => {
    const rows = [
      ['sku', ' name ', 'price'],
      ['A-1', '  Mouse ', ' 1.50'],
      ['A-2', '" Lamp; big, 1m "', '2'],
    ];
    const content = rows.map((cells) => cells.join(delimiter)).join('\n');
    expect((await read(content)).fields).toEqual([
      { sku: 'A-1', name: 'Mouse', price: '1.50' },
      { sku: 'A-2', name: 'Lamp; big, 1m', price: '2' },
    ]);
  });

  it.each([1, 2, 3, 7, 1_000])('may mix all line ends, read %d bytes at a time', async (size) => {
    const content =
      '\uFEFFsku,name,description\r\nA-1,Möwe,"two\r\nlines"\rA-2,Lamp,"one\rtwo"\n\r\n\n,,\r\nA-3,Chair,';
    const { lines, fields } = await read(content, { size });
    expect(fields).toEqual([
      { sku: 'A-1', name: 'Möwe', description: 'two\r\nlines' },
      { sku: 'A-2', name: 'Lamp', description: 'one\rtwo' },
      { sku: 'A-3', name: 'Chair', description: null },
    ]);
    expect(lines.map(({ line }) => line)).toEqual([3, 5, 9]);
  });

  it('may be the "Unicode text" of a spreadsheet', async () => {
    const utf16 = Buffer.from('\uFEFFsku\tname\r\nA-1\tMöwe\r\n', 'utf16le');
    expect((await read(utf16, { size: 3 })).fields).toEqual([{ sku: 'A-1', name: 'Möwe' }]);
  });

  it('is refused when its first line has a duplicate column, an unknown one, or no sku', async () => {
    await expect(read('sku,name,price,name\n')).rejects.toThrow('The first line names the column name twice.');
    await expect(read('name,price\nLamp,1\n')).rejects.toThrow('The first line does not name the column sku');
    await expect(read('sku,weight\n')).rejects.toThrow('"weight" in the first line is no column of a product');
  });

  it('reports a record that repeats the first line, as concatenated files have', async () => {
    expect((await read('sku,name\nA-1,Mouse\nsku,name\nA-2,Lamp')).fields[1]).toBe('The line repeats the first line.');
  });

  it.each([
    ['29,99', '29.99'],
    ['29,9', '29.9'],
    ['€ 1.299,00', '1299.00'],
    ['1.299,00 €', '1299.00'],
    ['1.299.000', '1299000'],
    ['1\u00a0299,00', '1299.00'],
    ['1\u202f299', '1299'],
    ["1'299.50", '1299.50'],
    ['EUR 5', '5'],
    ['5 eur', '5'],
    ['0,50', '0.50'],
    ['12', '12'],
  ])('reads the price %s of a shop in euros as %s', async (cell, amount) => {
    expect(await price(cell, 'EUR')).toBe(amount);
  });

  it.each([
    ['$1,299.00', '1299.00', 'USD'],
    ['US$ 1,299,000', '1299000', 'USD'],
    ['5 zł', '5', 'PLN'],
    ['￥500', '500', 'JPY'],
    ['1.299', '1.299', 'KWD'],
  ])('reads %s as %s in %s', async (cell, amount, currency) => {
    expect(await price(cell, currency)).toBe(amount);
  });

  it.each([
    ['$ 5', 'price is in "$", and this platform sells in EUR.'],
    ['5 EUR or USD', 'price is in "EUR or USD", and this platform sells in EUR.'],
    ['1,299', 'price "1,299" can be read as 1299.00 and as 1.299: write one of these.'],
  ])('refuses %s in a shop in euros with a sentence', async (cell, sentence) => {
    expect(await price(cell, 'EUR')).toBe(sentence);
  });

  it.each(['-5', '(5)', '1.2.3', '1,2,3', '1.299,00,00', '1.29,00', 'free', '5..', '1,299.00.0', '1e3', '5 5'])(
    'leaves %s to the rules of the field',
    async (cell) => expect(await price(cell, 'EUR')).toBe(cell),
  );

  it('keeps a rejected record as it was, so that the corrected file can be imported', async () => {
    const content = 'sku;name;price\r\n=bad; "a ""b""\nc" ;"1,00"\r\nA-2;5" nail;1\r\nA-3;few\r\nA-4;ok;1';
    const { file, lines } = await read(content);
    const rejected = file.rejectedHead() + lines.map((line) => file.rejected(line, `why "${line.line}"`)).join('');
    expect(rejected).toBe(
      'rejected_line;rejected_reason;sku;name;price\n' +
        '3;"why ""3""";=bad; "a ""b""\nc" ;"1,00"\n' +
        '4;"why ""4""";A-2;5" nail;1\n5;"why ""5""";A-3;few\n6;"why ""6""";A-4;ok;1\n',
    );
    const again = await read(rejected);
    expect(again.fields).toEqual(lines.map(({ fields, problem }) => fields ?? problem));
    // A second rejection drops the first reasons.
    expect(again.file.rejectedHead()).toBe(file.rejectedHead());
    expect(again.lines.slice(0, 1).map((line) => again.file.rejected(line, 'x'))[0]).toBe(
      '3;"x";=bad; "a ""b""\nc" ;"1,00"\n',
    );
  });

  it('reports the line of a broken quote, and reads the records before it', async () => {
    for (const broken of [
      'A-2,"Mouse"x,1\nA-3,Lamp,1\n',
      'A-2,"Mouse,1\nA-3,Lamp,1\n',
      `A-2,"${'x'.repeat(200_000)}",1\n`,
    ]) {
      const file = new CsvFile(inPieces(`sku,name,price\nA-1,"Two\nlines",1\n${broken}`, 1_000), new Amounts('USD'));
      const seen: unknown[] = [];
      const all = async () => {
        for await (const { fields } of file.lines()) seen.push(fields?.['sku']);
      };
      await expect(all()).rejects.toThrow('The quotes cannot be followed from line 4 on');
      expect(seen).toEqual(['A-1']);
    }
  });
});

describe('an export', () => {
  const product: ExportedProduct = {
    ...{ productId: 1, sku: '-A', name: 'x', description: null, category: null, price: 299_900 },
    ...{ weightGrams: null, taxCategory: 'standard', stock: 3, warehouseLocation: null },
  };
  const exported = (products: ExportedProduct[]) => {
    const repository = { listAfter: (id: number) => Promise.resolve(id === 0 ? products : []) };
    return text(new ProductExportService(repository as unknown as BulkRepository, 'USD').stream('csv'));
  };

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', "'=1", '＝1', '＠x'])(
    'writes %j so that a spreadsheet does not run it',
    async (name) => {
      const csv = await exported([{ ...product, name }]);
      const cells = csv.slice(csv.indexOf('\n') + 1);
      expect(cells).toMatch(/^'-A,"?'/);
      expect((await read(csv)).fields).toMatchObject([{ sku: '-A', price: '2999.00' }]);
    },
  );

  it('is read back unchanged, whatever its texts contain', async () => {
    const strange = fc.string({ unit: fc.constantFrom(...'=+-@\'"\t\r\n ,;x1é漢＝') });
    const anything = fc.option(fc.oneof(strange, fc.string({ unit: 'grapheme' })));
    const storable = anything.filter((value) => value === null || !/[\0\uFFFD]/.test(value));
    await fc.assert(
      fc.asyncProperty(storable, fc.integer({ min: 1, max: 64 }), async (description, size) => {
        const csv = await exported([{ ...product, description }, product]);
        const { fields } = await read(csv, { size });
        expect(fields).toMatchObject([{ description, initial_stock: '3' }, { description: null }]);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused with a hint when npm has printed its banner before the header', async () => {
    const content = `\n> commerce-platform@0.1.0 ops\n> node main.js\n\n${HEADER}\n`;
    await expect(read(content)).rejects.toThrow('npm run -s');
  });
});

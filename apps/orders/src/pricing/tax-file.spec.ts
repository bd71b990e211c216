import { readTaxFile } from './tax-file.js';

const read = (text: string | Uint8Array) => readTaxFile(typeof text === 'string' ? Buffer.from(text) : text);
const NONE = { region: null, postalPrefix: null, taxCategory: 'standard', validFrom: null, validTo: null };
const VAT = { ...NONE, name: 'VAT', country: 'GB', rate: 200_000, includesShipping: false };

describe('a file of tax rates', () => {
  it('has the fields of POST /tax-rates as columns, in any order, and empty cells for what is not said', () => {
    const text = `# An example, whose commas separate nothing
"# And a comment, that a spreadsheet has quoted",,,,,,,,
country,name,rate,region,postal_prefix,tax_category,includes_shipping,valid_from,valid_to

GB,VAT,0.2,,,,,,
 US , "Sales, tax" ,0.0725,ca,902-1,food,TRUE,2026-01-01T00:00:00+01:00,2027-01-01T00:00:00Z
,,,,,,,,
`;
    expect(read(text)).toEqual([
      { line: 5, fields: VAT },
      {
        line: 6,
        fields: {
          ...{ name: 'Sales, tax', country: 'US', region: 'CA', postalPrefix: '9021', taxCategory: 'food' },
          ...{ rate: 72_500, includesShipping: true },
          ...{ validFrom: new Date('2025-12-31T23:00:00Z'), validTo: new Date('2027-01-01T00:00:00Z') },
        },
      },
    ]);
  });

  it.each([
    ['semicolons and decimal commas', Buffer.from('name;country;rate\r\nVAT;GB;0,2\r\n')],
    ['tabs', Buffer.from('name\tcountry\trate\nVAT\tGB\t0.2')],
    ['a byte order mark', Buffer.from('\uFEFFname,country,rate\nVAT,GB,0.20\n')],
    ['the "Unicode text" of a spreadsheet', Buffer.from('\uFEFFname\tcountry\trate\r\nVAT\tGB\t0,2\r\n', 'utf16le')],
    ['other line ends', Buffer.from('name,country,rate\rVAT,GB,0.2\r')],
  ])('may have %s', (_, content) => expect(read(content)).toEqual([{ line: 2, fields: VAT }]));

  it('names the line and column of everything that is wrong', () => {
    const text =
      'name,country,rate,valid_from,valid_to\nVAT,UK,20,,\n"Two\nlines",GB,2,,\nVAT,GB\nVAT,GB,0.2,2026-01-02T00:00:00Z,2026-01-01T00:00:00Z\n\n,GB,0.2,2026-01-01,\n';
    expect(() => read(text)).toThrow(
      /^5 lines are wrong, so nothing was imported:\nLine 2: country must be [^\n]+ rate must be a rate such as "0\.19"[^\n]*\nLine 4: rate must be [^\n]*\nLine 5: It has 2 cells, and the first line names 5 columns\.\nLine 6: valid_to must be later[^\n]*\nLine 8: name must [^\n]* valid_from must be a time [^\n]*$/,
    );
  });

  it('shows the first 20 of many wrong lines', () => {
    const text = `name,country,rate\n${'VAT,GB,2\n'.repeat(30)}`;
    expect(() => read(text)).toThrow(/^30 lines are wrong[^]*\nLine 21: [^\n]*\nAnd 10 more\.$/);
  });

  it.each([
    ['', 'The file is empty'],
    ['# only a comment\n', 'The file is empty'],
    ['name,country\n', 'The first line does not name the column rate: add it.'],
    ['name,country,rate,percent\n', '"percent" in the first line is no column of a tax rate: use name, country, rate,'],
    ['name,country,rate,name\n', 'The first line names the column name twice.'],
    ['name,country,rate\nVAT,GB,0.2\nVAT,"GB,0.2\n', 'The quotes cannot be followed near line'],
    ['name,country,rate\nV\uFFFDT,GB,0.2\n', 'Line 2: It is not UTF-8 text.'],
    [
      'name,country,rate,region\nVAT,GB,0.2,Wales\nOther,GB,0.3,WALES \n',
      'Line 3: It is for the same place, category and valid_from as line 2: keep one of them.',
    ],
  ])('%j is refused', (text, sentence) => expect(() => read(text)).toThrow(sentence));

  it('has an end: 10 MB, and 50,000 rates', () => {
    expect(() => read(new Uint8Array(10_000_001))).toThrow('more than 10 MB or 50,000 rates');
    const rows = Array.from({ length: 50_001 }, (_, n) => `VAT,GB,0.2,R${n}`);
    const head = 'name,country,rate,region\n';
    expect(() => read(head + rows.join('\n'))).toThrow('more than 10 MB or 50,000 rates');
    expect(read(head + rows.slice(1).join('\n'))).toHaveLength(50_000);
  });
});

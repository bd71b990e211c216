import { invalid } from '@app/kernel';
import { type CastingContext, parse } from 'csv-parse/sync';
import { type Amounts, CellError, fromText } from './cells.js';
import { COLUMNS, type ProductFile, REJECTED, type SourceLine } from './product-file.js';
import { Records, type SourceRecord } from './records.js';

const DELIMITERS = [',', ';', '\t'] as const;
/** Records per call of the parser: a call costs as much as ten records. */
const BATCH = 200;

/** Columns in which an empty cell says nothing. */
const NEVER_NULL: ReadonlySet<string> = new Set(['initial_stock', 'tax_category']);

/** Exports of spreadsheets end with rows of empty cells. */
const BLANK = /^[\s,;]*$/;

/** A cell, and whether it was quoted. */
type Cell = { text: string; quoted: boolean };
type Found = SourceRecord & { text: string };

/** CSV with a header line, as spreadsheets write it: cells separated by commas, semicolons or tabs. */
export class CsvFile implements ProductFile {
  private delimiter = ',';
  private header = '';
  private columns: string[] = [];

  constructor(
    private readonly source: AsyncIterable<Buffer>,
    private readonly amounts: Amounts,
  ) {}

  async *lines(): AsyncGenerator<SourceLine> {
    const records = new Records(this.source, (head) => (this.delimiter = delimiterOf(head)));
    const batch: Found[] = [];
    let last = 0;
    for await (const { text, ...record } of records) {
      if (text === undefined) {
        yield* this.parse(batch);
        throw unreadable(last + 1);
      }
      last = record.line;
      if (BLANK.test(text)) continue;
      if (this.columns.length === 0) this.begin(text);
      else if (batch.push({ text, ...record }) === BATCH) yield* this.parse(batch.splice(0));
    }
    yield* this.parse(batch);
  }

  rejectedHead(): string {
    return `${[...REJECTED, this.header].join(this.delimiter)}\n`;
  }

  rejected({ line, text = '' }: SourceLine, reason: string): string {
    const quoted = `"${reason.replaceAll('"', '""')}"`;
    return `${[line, quoted, this.own(text)].join(this.delimiter)}\n`;
  }

  private begin(text: string): void {
    const names = this.cells([text]).flatMap((cells) => cells.map((cell) => cell.text));
    this.columns = knownColumns(names);
    this.header = this.own(text);
  }

  /** Returns the record without the columns that a file of rejected records adds. */
  private own(text: string): string {
    if (this.columns[0] !== REJECTED[0]) return text;
    let quoted = false;
    let cells = 0;
    for (let at = 0; at < text.length; at++) {
      if (text[at] === '"') quoted = !quoted;
      else if (text[at] === this.delimiter && !quoted && ++cells === REJECTED.length) return text.slice(at + 1);
    }
    return '';
  }

  private *parse(batch: readonly Found[]): Generator<SourceLine> {
    let all: Cell[][] | undefined;
    try {
      all = this.cells(batch.map(({ text }) => text));
    } catch {
      // One of them is broken: parsing each alone shows which.
    }
    for (const [index, record] of batch.entries()) yield { ...record, ...this.fieldsOf(record, all?.[index]) };
  }

  private fieldsOf({ text }: Found, parsed: Cell[] | undefined): Pick<SourceLine, 'fields' | 'problem'> {
    if (text.includes('\uFFFD')) return { problem: 'The line is not UTF-8 text.' };
    try {
      const cells = parsed ?? this.cells([text])[0] ?? [];
      if (cells.length !== this.columns.length) {
        return { problem: 'The line has not as many cells as the first line has columns.' };
      }
      if (cells.every((cell, index) => cell.text === this.columns[index])) {
        return { problem: 'The line repeats the first line.' };
      }
      return { fields: this.fields(cells) };
    } catch (error) {
      if (error instanceof CellError) return { problem: error.message };
      return { problem: 'A quote stands in a cell that is not quoted: quote the cell, and double its own quotes.' };
    }
  }

  private fields(cells: readonly Cell[]): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    for (const [index, name] of this.columns.entries()) {
      const cell = cells[index];
      if (cell && !isRejection(name)) fields[name] = this.valueOf(name, cell);
    }
    return fields;
  }

  /** An empty cell is no value; only a description may be an empty text, written as `""`. */
  private valueOf(name: string, { text, quoted }: Cell): string | null | undefined {
    const value = name === 'description' ? text : text.trim();
    if (value === '') return name === 'description' && quoted ? '' : NEVER_NULL.has(name) ? undefined : null;
    return name === 'price' ? this.amounts.read(value) : fromText(value);
  }

  private cells(texts: readonly string[]): Cell[][] {
    return parse(texts.join('\n'), {
      delimiter: this.delimiter,
      record_delimiter: '\n',
      relax_column_count: true,
      // Only blanks outside the quotes; those inside belong to the cell.
      trim: true,
      cast: (text: string, { quoting: quoted }: CastingContext) => ({ text, quoted }),
    }) as unknown as Cell[][];
  }
}

/** Returns the most frequent delimiter in the first line; no column name contains one. */
function delimiterOf(head: string): string {
  const counts = DELIMITERS.map((delimiter) => head.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

const isRejection = (name: string): boolean => (REJECTED as readonly string[]).includes(name);

function knownColumns(header: readonly string[]): string[] {
  const names = header.map((name) => name.trim());
  const own = isRejection(names[0] ?? '') ? names.slice(REJECTED.length) : names;
  const unknown = own.find((name) => !(COLUMNS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    if (unknown.startsWith('> ')) {
      throw invalid(
        '',
        'column',
        'The file begins with what npm prints: remove those lines, or export with npm run -s ops.',
      );
    }
    const sentence = `"${unknown.slice(0, 100)}" in the first line is no column of a product: use ${COLUMNS.join(', ')}.`;
    throw invalid('', 'column', sentence);
  }
  const twice = own.find((name, index) => own.indexOf(name) !== index);
  if (twice !== undefined) throw invalid('', 'column', `The first line names the column ${twice} twice.`);
  if (!own.includes('sku')) {
    throw invalid('', 'column', 'The first line does not name the column sku, by which products are found: add it.');
  }
  return names;
}

function unreadable(line: number): Error {
  const message =
    `The quotes cannot be followed from line ${line} on: one is not closed, or not doubled inside a cell. ` +
    'What came before is in. Correct the line and run the import again.';
  return invalid('', 'quotes', message);
}

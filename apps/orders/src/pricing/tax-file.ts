import { ContractPipe } from '@app/http';
import { DomainError, invalid } from '@app/kernel';
import { parse } from 'csv-parse/sync';
import { CreateTaxRateDto } from './dto/tax-rate.dto.js';
import { fieldsOf, type TaxFields, taxKey, type TaxRow } from './tax-fields.js';

/** A file of tax rates is read as a whole, and imported in one transaction. */
export const MAX_TAX_FILE = { bytes: 10_000_000, rows: 50_000 };

const REQUIRED = ['name', 'country', 'rate'];
const COLUMNS = [
  ...REQUIRED,
  ...['region', 'postal_prefix', 'tax_category', 'includes_shipping', 'valid_from', 'valid_to'],
];
/** Columns in which an empty cell is no value, and not null. */
const NEVER_NULL: ReadonlySet<string> = new Set(['tax_category', 'includes_shipping']);

const DELIMITERS = [',', ';', '\t'] as const;
/** The first line that is neither blank nor a comment, which a spreadsheet may have quoted. */
const HEAD = /^(?!\s*"?#)[^\r\n]*[^\s,;][^\r\n]*/m;
const MAX_PROBLEMS = 20;

interface Cells {
  cells: string[];
  line: number;
}

/**
 * Reads CSV as spreadsheets write it, with a line that names the columns; lines that begin with # are comments.
 *
 * @throws DomainError naming the line and column of everything that is wrong
 */
export function readTaxFile(content: Uint8Array): TaxRow[] {
  if (content.length > MAX_TAX_FILE.bytes) throw tooLarge();
  const [head, ...records] = recordsOf(decode(content));
  if (!head) throw invalid('', 'column', `The file is empty: its first line names the columns, ${COLUMNS.join(', ')}.`);
  const columns = knownColumns(head.cells);
  if (records.length > MAX_TAX_FILE.rows) throw tooLarge();
  return new TaxRows(columns).read(records);
}

/** Turns records into rates, and collects what is wrong with them. */
class TaxRows {
  private readonly contract = new ContractPipe();
  private readonly lines = new Map<string, number>();
  private readonly problems: string[] = [];

  constructor(private readonly columns: readonly string[]) {}

  read(records: readonly Cells[]): TaxRow[] {
    const rows = records.flatMap(({ cells, line }) => {
      try {
        return [{ line, fields: this.fieldsOf(cells, line) }];
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        this.problems.push(`Line ${line}: ${error.errors?.map(({ message }) => message).join(' ') ?? error.message}`);
        return [];
      }
    });
    if (this.problems.length > 0) throw wrongLines(this.problems);
    return rows;
  }

  private fieldsOf(cells: readonly string[], line: number): TaxFields {
    if (cells.some((cell) => cell.includes('\uFFFD'))) throw invalid('', 'text', 'It is not UTF-8 text.');
    if (cells.length !== this.columns.length) {
      throw invalid(
        '',
        'cells',
        `It has ${cells.length} cells, and the first line names ${this.columns.length} columns.`,
      );
    }
    const values = Object.fromEntries(this.columns.map((name, index) => [name, valueOf(name, cells[index] ?? '')]));
    // In CSV every value is text, as in a query.
    const input = this.contract.transform(values, { type: 'query', metatype: CreateTaxRateDto }) as CreateTaxRateDto;
    const fields = fieldsOf(input);
    const key = taxKey(fields);
    const before = this.lines.get(key);
    if (before !== undefined) {
      const sentence = `It is for the same place, category and valid_from as line ${before}: keep one of them.`;
      throw invalid('', 'repeated', sentence);
    }
    this.lines.set(key, line);
    return fields;
  }
}

/** A spreadsheet's "Unicode text" is UTF-16; all else is read as UTF-8. The decoder drops the byte order mark. */
function decode(content: Uint8Array): string {
  return new TextDecoder(content[0] === 0xff && content[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(content);
}

function recordsOf(text: string): Cells[] {
  const [head = ''] = HEAD.exec(text) ?? [];
  const counts = DELIMITERS.map((delimiter) => head.split(delimiter).length);
  try {
    const found = parse(text, {
      delimiter: DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',',
      record_delimiter: ['\r\n', '\n', '\r'],
      info: true,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return found
      .map(({ record: cells, info: { lines: line } }) => ({ cells, line }))
      .filter(({ cells }) => !cells[0]?.startsWith('#'));
  } catch (error) {
    throw unreadable((error as { lines?: number }).lines, error);
  }
}

/** An empty cell is no value. Spreadsheets write decimal commas, and TRUE. */
function valueOf(name: string, cell: string): string | null | undefined {
  if (cell === '') return NEVER_NULL.has(name) ? undefined : null;
  if (name === 'rate') return cell.replace(',', '.');
  return name === 'includes_shipping' ? cell.toLowerCase() : cell;
}

function knownColumns(names: readonly string[]): readonly string[] {
  const unknown = names.find((name) => !COLUMNS.includes(name));
  if (unknown !== undefined) {
    const sentence = `"${unknown.slice(0, 100)}" in the first line is no column of a tax rate: use ${COLUMNS.join(', ')}.`;
    throw invalid('', 'column', sentence);
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid('', 'column', `The first line names the column ${twice} twice.`);
  const missing = REQUIRED.find((name) => !names.includes(name));
  if (missing !== undefined) throw invalid('', 'column', `The first line does not name the column ${missing}: add it.`);
  return names;
}

function tooLarge(): DomainError {
  const [megabytes, rows] = [MAX_TAX_FILE.bytes / 1_000_000, MAX_TAX_FILE.rows.toLocaleString('en')];
  return invalid('', 'size', `The file has more than ${megabytes} MB or ${rows} rates: split it by country.`);
}

function unreadable(line: number | undefined, cause: unknown): DomainError {
  const where = line === undefined ? '' : ` near line ${line}`;
  const sentence = `The quotes cannot be followed${where}: one is not closed, or not doubled inside a cell.`;
  return new DomainError('validation-failed', sentence, { cause });
}

function wrongLines(problems: readonly string[]): DomainError {
  const shown = problems.slice(0, MAX_PROBLEMS);
  const more = problems.length > shown.length ? [`And ${problems.length - shown.length} more.`] : [];
  const lines = problems.length === 1 ? 'A line is wrong' : `${problems.length} lines are wrong`;
  const text = [`${lines}, so nothing was imported:`, ...shown, ...more].join('\n');
  return new DomainError('validation-failed', text);
}

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { invalid } from '@app/kernel';
import { type CastingContext, type CsvError, type Info, parse } from 'csv-parse';
import { lines } from './lines.js';

export const FILE_FORMATS = ['csv', 'ndjson'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** Injection token: the currency of the prices in a file, ISO 4217. */
export const FILE_CURRENCY = Symbol('FILE_CURRENCY');

/** The fields of a line, in the order of the columns that an export writes. */
export const COLUMNS = [
  'sku',
  'name',
  'description',
  'category',
  'price',
  'initial_stock',
  'warehouse_location',
] as const;

/** One line as it was found: its fields, or why it has none. */
export interface SourceLine {
  /** The line of the file on which it ends, from 1. */
  line: number;
  /** How much of the file has been read with it. */
  bytes: number;
  fields?: Record<string, unknown>;
  problem?: string;
}

/** As much as a request body may hold. */
const MAX_LINE_BYTES = 100_000;

const CSV = {
  bom: true,
  info: true,
  skip_empty_lines: true,
  skip_records_with_error: true,
  max_record_size: MAX_LINE_BYTES,
} as const;

/** After these nobody knows where a cell ends and the next line begins. */
const LOST = new Set<string>(['CSV_INVALID_CLOSING_QUOTE', 'CSV_MAX_RECORD_SIZE', 'CSV_QUOTE_NOT_CLOSED']);

/** The lines of a file, read only as fast as they are taken. */
export function readProducts(path: string, format: FileFormat): AsyncIterable<SourceLine> {
  const file = createReadStream(path);
  return format === 'csv' ? readCsv(file) : readNdjson(file);
}

async function* readNdjson(file: AsyncIterable<Buffer>): AsyncGenerator<SourceLine> {
  for await (const { line, bytes, text } of lines(file, MAX_LINE_BYTES)) {
    if (text === undefined) yield { line, bytes, problem: `The line is longer than ${MAX_LINE_BYTES} bytes.` };
    else if (text.trim() !== '') yield { line, bytes, ...parseObject(text) };
  }
}

function parseObject(text: string): Pick<SourceLine, 'fields' | 'problem'> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return notUtf8(text) ?? { fields: value as Record<string, unknown> };
    }
  } catch {
    // Below.
  }
  return { problem: 'The line is not a JSON object.' };
}

async function* readCsv(file: NodeJS.ReadableStream): AsyncGenerator<SourceLine> {
  const broken: SourceLine[] = [];
  let last = 1;
  let lost: CsvError | undefined;
  const note = (error: CsvError | undefined): undefined => {
    if (!error || lost) return;
    const line = Number(error['lines']);
    if (LOST.has(error.code)) lost = error;
    else if (broken.at(-1)?.line !== line)
      broken.push({ line, bytes: Number(error['bytes']), problem: sentence(error) });
  };
  const parser = parse({ ...CSV, columns: knownColumns, cast, on_skip: note });
  // Its errors, the file's among them, reach whoever reads the parser.
  pipeline(file, parser, () => undefined);
  for await (const { info, record } of parser as AsyncIterable<{ info: Info; record: Record<string, unknown> }>) {
    if (lost && info.lines > Number(lost['lines'])) break;
    yield* broken.splice(0);
    last = info.lines;
    yield { line: last, bytes: info.bytes, ...(notUtf8(Object.values(record).join()) ?? { fields: record }) };
  }
  yield* broken;
  if (lost) throw unreadable(Math.max(last, broken.at(-1)?.line ?? 0) + 1);
}

/** An empty cell is no value; a description alone may be an empty text, which is written `""`. */
function cast(value: string, { header, column, quoting }: CastingContext): string | null | undefined {
  if (header || value !== '' || (column === 'description' && quoting)) return value;
  return column === 'initial_stock' ? undefined : null;
}

function knownColumns(header: string[]): string[] {
  const names = header.map((name) => name.trim());
  const unknown = names.find((name) => !(COLUMNS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    const sentence = `"${unknown.slice(0, 100)}" in the first line is no column of a product: use ${COLUMNS.join(', ')}.`;
    throw invalid('', 'column', sentence);
  }
  return names;
}

function notUtf8(text: string): { problem: string } | undefined {
  return text.includes('\uFFFD') ? { problem: 'The line is not UTF-8 text.' } : undefined;
}

function sentence({ code }: CsvError): string {
  return code.startsWith('CSV_RECORD_INCONSISTENT')
    ? 'The line has not as many cells as the first line has columns.'
    : 'A quote stands in a cell that is not quoted: quote the cell, and double its own quotes.';
}

function unreadable(line: number): Error {
  const message =
    `The quotes cannot be followed from line ${line} on: one is not closed, or not doubled inside a cell. ` +
    'What came before is in. Correct the line and run the import again.';
  return invalid('', 'quotes', message);
}

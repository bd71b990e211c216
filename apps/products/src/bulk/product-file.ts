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
  'weight_grams',
  'tax_category',
  'initial_stock',
  'warehouse_location',
] as const;

/** The first columns of a file of rejected records; an import ignores them, so it accepts the corrected file. */
export const REJECTED = ['rejected_line', 'rejected_reason'] as const;

/** A record as it was read: its fields, or why it has none. */
export interface SourceLine {
  /** The line of the file on which the record ends, from 1. */
  line: number;
  /** Bytes of the file read so far. */
  bytes: number;
  /** The original text; undefined if it is too long. */
  text: string | undefined;
  fields?: Record<string, unknown>;
  problem?: string;
}

/** A file of products to import. */
export interface ProductFile {
  /** Reads the records, only as fast as they are consumed. */
  lines(): AsyncGenerator<SourceLine>;
  /** Returns the header of a file of rejected records. */
  rejectedHead(): string;
  /** Returns a rejected record for that file: line and reason, followed by the original text. */
  rejected(line: SourceLine, reason: string): string;
}

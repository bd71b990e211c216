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

/** Stand first in a file of rejected records; an import leaves them out, so that the corrected file can be imported. */
export const REJECTED = ['rejected_line', 'rejected_reason'] as const;

/** One record as it was found: its fields, or why it has none. */
export interface SourceLine {
  /** The line of the file on which it ends, from 1. */
  line: number;
  /** How much of the file has been read with it. */
  bytes: number;
  /** As it was written; undefined when it is too long to be kept. */
  text: string | undefined;
  fields?: Record<string, unknown>;
  problem?: string;
}

/** A file of products to import. */
export interface ProductFile {
  /** Its records, read only as fast as they are taken. */
  lines(): AsyncGenerator<SourceLine>;
  /** What a file of rejected records begins with. */
  rejectedHead(): string;
  /** A rejected record as that file keeps it: as it was, behind its line and the reason. */
  rejected(line: SourceLine, reason: string): string;
}

import { createReadStream } from 'node:fs';
import { Amounts } from './cells.js';
import { CsvFile } from './csv-file.js';
import { NdjsonFile } from './ndjson-file.js';
import type { FileFormat, ProductFile } from './product-file.js';

/** @param currency ISO 4217, of the prices */
export function openProductFile(path: string, format: FileFormat, currency: string): ProductFile {
  const source = createReadStream(path);
  return format === 'csv' ? new CsvFile(source, new Amounts(currency)) : new NdjsonFile(source);
}

import { extname } from 'node:path';
import { DomainError } from '@app/kernel';
import { FILE_FORMATS, type FileFormat } from '../../../products/src/operations-app.module.js';

/** @throws DomainError for any other word. */
export function parseFormat(text: string): FileFormat {
  const format = FILE_FORMATS.find((known) => known === text);
  if (!format) throw new DomainError('validation-failed', `--format takes ${FILE_FORMATS.join(' or ')}.`);
  return format;
}

/** Returns the format by the file's extension. */
export function formatOf(file: string): FileFormat {
  const ending = extname(file).slice(1).toLowerCase();
  if (ending === 'csv') return 'csv';
  if (['ndjson', 'jsonl'].includes(ending)) return 'ndjson';
  throw new DomainError('validation-failed', `Say the format of ${file} with --format csv or --format ndjson.`);
}

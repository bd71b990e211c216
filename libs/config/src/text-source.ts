import { readFile } from 'node:fs/promises';
import { ConfigurationError } from './load-config.js';
import { type AwsSettings, fetchSecret } from './secrets.js';

/** A text that may change while the app runs. */
export interface TextSource {
  read(): Promise<string>;
  /** How long a text may be cached before it is read again. */
  maxAgeMs: number;
}

const FILE_AGE_MS = 5_000;
/** Secrets Manager charges for each request. */
const SECRET_AGE_MS = 60_000;

/**
 * Reads a setting's text from `file:path`, `secret:name-or-arn`, or the setting itself.
 *
 * @throws (from `read`) ConfigurationError naming the file or secret, never the text.
 */
export function textSource(setting: string, aws: Partial<AwsSettings>): TextSource {
  const [, kind, place = ''] = /^(file|secret):(.+)$/s.exec(setting) ?? [];
  if (kind === 'file') return { read: () => readText(place), maxAgeMs: FILE_AGE_MS };
  if (kind === 'secret') return { read: () => fetchSecret(place, aws, true), maxAgeMs: SECRET_AGE_MS };
  return { read: () => Promise.resolve(setting), maxAgeMs: Number.POSITIVE_INFINITY };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw Object.assign(new ConfigurationError(`The file ${path} cannot be read.`), { cause });
  }
}

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The file in which all workers of a test run write a sign per response; set by `beginTally`. */
const FILE = 'ANSWER_TALLY';
const SIGNS = { inside: '+', outside: '-' } as const;

/** Counts one response that was checked against the API document. */
export function tally(verdict: keyof typeof SIGNS): void {
  const file = process.env[FILE];
  if (file !== undefined) appendFileSync(file, SIGNS[verdict]);
}

export function beginTally(): void {
  const file = join(mkdtempSync(join(tmpdir(), 'answers-')), 'tally');
  writeFileSync(file, '');
  process.env[FILE] = file;
}

/** Returns the line for the end of the run; undefined if no response was checked. */
export function endTally(): string | undefined {
  const file = process.env[FILE];
  if (file === undefined) return undefined;
  const signs = readFileSync(file, 'utf8');
  rmSync(dirname(file), { recursive: true });
  const outside = signs.split(SIGNS.outside).length - 1;
  if (signs === '') return undefined;
  return `Answers held against the OpenAPI document: ${signs.length}, outside it: ${outside}`;
}

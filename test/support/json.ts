import { readFileSync } from 'node:fs';

/** Parsed JSON of a shape that the test looks at rather than declares. */
export type Json = ReturnType<typeof JSON.parse>;

export function readJson(file: string): Json {
  return JSON.parse(readFileSync(file, 'utf8'));
}

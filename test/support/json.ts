import { readFileSync } from 'node:fs';

/** Parsed JSON whose shape the test checks but does not declare. */
export type Json = ReturnType<typeof JSON.parse>;

export function readJson(file: string): Json {
  return JSON.parse(readFileSync(file, 'utf8'));
}

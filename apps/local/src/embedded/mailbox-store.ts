import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const NEWLINE = 0x0a;

/**
 * The newest entries of an append-only NDJSON file. An appended entry survives the death of the process; a line that a
 * dying process left unfinished is dropped at the next start. Lines stay encoded in memory: they are mostly handed on.
 */
export class MailboxStore {
  private lines: Buffer[];
  private written: number;

  constructor(
    private readonly file: string,
    private readonly limit: number,
  ) {
    mkdirSync(dirname(file), { recursive: true });
    this.lines = existsSync(file) ? completeLines(readFileSync(file)) : [];
    this.written = Number.POSITIVE_INFINITY;
    this.compact();
  }

  append(entry: unknown): void {
    const line = Buffer.from(JSON.stringify(entry));
    appendFileSync(this.file, Buffer.concat([line, Buffer.of(NEWLINE)]));
    this.lines.push(line);
    this.written += 1;
    if (this.lines.length > this.limit) this.lines.shift();
    if (this.written >= 2 * this.limit) this.compact();
  }

  /** Encoded entries, newest last. */
  all(): readonly Buffer[] {
    return this.lines;
  }

  /** Rewrites the file with what is kept; the rename makes it all or nothing. */
  private compact(): void {
    this.lines = this.lines.slice(-this.limit);
    const next = `${this.file}.next`;
    writeFileSync(next, Buffer.concat(this.lines.flatMap((line) => [line, Buffer.of(NEWLINE)])));
    renameSync(next, this.file);
    this.written = this.lines.length;
  }
}

function completeLines(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = content.indexOf(NEWLINE); end !== -1; end = content.indexOf(NEWLINE, start)) {
    // A copy, so that an evicted line does not keep the whole file's content in memory.
    if (end > start) lines.push(Buffer.from(content.subarray(start, end)));
    start = end + 1;
  }
  return lines;
}

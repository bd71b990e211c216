import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from './data-folder.js';

const NEWLINE = 0x0a;

/** How much is kept: the newest entries within both bounds, and always the newest one. */
export interface StoreLimits {
  entries: number;
  bytes: number;
}

/**
 * The newest entries of an append-only NDJSON file. An appended entry survives the death of the process; a line that a
 * dying process or a full disk left unfinished is dropped at the next start, which says so. Lines stay encoded in memory:
 * they are mostly handed on.
 */
export class MailboxStore {
  private lines: Buffer[] = [];
  private bytes = 0;
  /** What the file holds, dropped lines too. */
  private written: StoreLimits = { entries: 0, bytes: 0 };
  private torn = false;

  constructor(
    private readonly file: string,
    private readonly limits: StoreLimits,
  ) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (existsSync(file)) this.read();
    this.compact();
  }

  /** @throws what writing the file throws; then the entry is not kept. */
  append(entry: unknown): void {
    const line = ofItsOwn(JSON.stringify(entry));
    const whole = Buffer.concat([...(this.torn ? [Buffer.of(NEWLINE)] : []), line, Buffer.of(NEWLINE)]);
    this.torn = true;
    appendFileSync(this.file, whole);
    this.torn = false;
    this.keep(line);
    this.written.entries += 1;
    this.written.bytes += whole.length;
    const { entries, bytes } = this.written;
    if (entries >= 2 * this.limits.entries || bytes >= 2 * this.limits.bytes) this.compact();
  }

  /** Encoded entries, newest last. */
  all(): readonly Buffer[] {
    return this.lines;
  }

  private read(): void {
    let dropped = 0;
    for (const line of linesOf(readFileSync(this.file))) {
      if (isJson(line)) this.keep(ofItsOwn(line));
      else dropped += 1;
    }
    if (dropped === 0) return;
    const lines = dropped === 1 ? 'A line' : `${dropped} lines`;
    process.stderr.write(`${lines} of ${this.file} could not be read, and the e-mails in them are gone.\n`);
  }

  private keep(line: Buffer): void {
    this.lines.push(line);
    this.bytes += line.length;
    while (this.lines.length > 1 && (this.lines.length > this.limits.entries || this.bytes > this.limits.bytes)) {
      this.bytes -= this.lines.shift()?.length ?? 0;
    }
  }

  /** Rewrites the file with what is kept; the rename makes it all or nothing. */
  private compact(): void {
    const content = Buffer.concat(this.lines.flatMap((line) => [line, Buffer.of(NEWLINE)]));
    replaceFile(this.file, content);
    this.written = { entries: this.lines.length, bytes: content.length };
  }
}

/** A small buffer of the usual kind is a slice of a shared one, all of which lives as long as any of its slices. */
function ofItsOwn(text: string): Buffer {
  const buffer = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  buffer.write(text);
  return buffer;
}

/** The lines of a file; the last one may be cut. */
function* linesOf(content: Buffer): Generator<string> {
  for (let start = 0; start < content.length;) {
    const newline = content.indexOf(NEWLINE, start);
    const end = newline === -1 ? content.length : newline;
    if (end > start) yield content.toString('utf8', start, end);
    start = end + 1;
  }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

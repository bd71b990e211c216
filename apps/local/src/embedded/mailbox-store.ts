import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from './data-folder.js';

const NEWLINE = 0x0a;

/** Limits: the newest entries within both are kept, and always the newest one. */
export interface StoreLimits {
  entries: number;
  bytes: number;
}

/**
 * The newest entries of an append-only NDJSON file. An appended entry survives a crash of the process. The next start
 * drops, and reports, a line that a crash or a full disk has cut. Lines stay encoded in memory, since most are returned
 * as they are.
 */
export class MailboxStore {
  private lines: Buffer[] = [];
  private bytes = 0;
  /** The size of the file, including dropped lines. */
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

  /** @throws any error of writing the file; then the entry is not kept. */
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

  /** Rewrites the file with the kept entries, atomically by a rename. */
  private compact(): void {
    const content = Buffer.concat(this.lines.flatMap((line) => [line, Buffer.of(NEWLINE)]));
    replaceFile(this.file, content);
    this.written = { entries: this.lines.length, bytes: content.length };
  }
}

/** Allocates a separate buffer: a small pooled one would keep its whole pool in memory. */
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

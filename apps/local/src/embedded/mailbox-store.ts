import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const NEWLINE = 0x0a;

/** How much is kept: the newest entries within both bounds, and always the newest one. */
export interface StoreLimits {
  entries: number;
  bytes: number;
}

/**
 * The newest entries of an append-only NDJSON file. An appended entry survives the death of the process; a line that a
 * dying process or a full disk left unfinished is dropped at the next start. Lines stay encoded in memory: they are mostly
 * handed on.
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
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) for (const line of wholeLines(readFileSync(file))) this.keep(line);
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

  private keep(line: Buffer): void {
    this.lines.push(line);
    this.bytes += line.length;
    while (this.lines.length > 1 && (this.lines.length > this.limits.entries || this.bytes > this.limits.bytes)) {
      this.bytes -= this.lines.shift()?.length ?? 0;
    }
  }

  /** Rewrites the file with what is kept; the rename makes it all or nothing. */
  private compact(): void {
    const next = `${this.file}.next`;
    const content = Buffer.concat(this.lines.flatMap((line) => [line, Buffer.of(NEWLINE)]));
    writeFileSync(next, content);
    renameSync(next, this.file);
    this.written = { entries: this.lines.length, bytes: content.length };
  }
}

/** A small buffer of the usual kind is a slice of a shared one, all of which lives as long as any of its slices. */
function ofItsOwn(text: string): Buffer {
  const buffer = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  buffer.write(text);
  return buffer;
}

function* wholeLines(content: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = content.indexOf(NEWLINE); end !== -1; end = content.indexOf(NEWLINE, start)) {
    const line = content.toString('utf8', start, end);
    if (isJson(line)) yield ofItsOwn(line);
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

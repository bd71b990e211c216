/** One record of a file, unparsed. */
export interface SourceRecord {
  /** The line on which the record ends, from 1. */
  line: number;
  /** Bytes of the file read so far. */
  bytes: number;
  /** Without the line end. Undefined if the record is too long or has a broken quote. */
  text: string | undefined;
}

/** Characters; as many as a request body may have bytes. */
export const MAX_RECORD = 100_000;

/** The first non-empty line, once it is complete. */
const FIRST_LINE = /^\s*(\S[^\r\n]*)[\r\n]/;

/** The scanner's position in a record: before a cell, in it, inside its quotes, or after them. */
type State = 'start' | 'plain' | 'quoted' | 'closed';

/**
 * Splits a file into records, each ended by LF, CR LF or CR, in any mix. With a cell delimiter, line ends inside quotes
 * do not count; the CSV parser splits records into cells.
 *
 * A record with a broken quote is the last one, since the start of the next one is unknown.
 */
export class Records {
  private state: State = 'start';
  private text = '';
  private line = 1;
  private bytes = 0;
  private afterReturn = false;
  private unreadable = false;
  private lost = false;

  constructor(
    private readonly source: AsyncIterable<Buffer>,
    /** Returns the delimiter for the first line of the file. Without it quotes have no meaning, as in NDJSON. */
    private readonly delimiterOf?: (firstLine: string) => string,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<SourceRecord> {
    let delimiter: string | undefined;
    let head: string | undefined = '';
    for await (const text of this.texts()) {
      if (head === undefined) yield* this.scan(text, delimiter);
      else if (FIRST_LINE.test((head += text)) || head.length > MAX_RECORD) {
        delimiter = this.delimiterOf?.(FIRST_LINE.exec(head)?.[1] ?? head);
        yield* this.scan(head, delimiter);
        head = undefined;
      }
      if (this.lost) return;
    }
    if (head !== undefined) yield* this.scan(head, this.delimiterOf?.(head.trim()));
    if (this.state === 'quoted') this.unreadable = true;
    if (this.text !== '' || this.unreadable) yield this.take();
  }

  private async *texts(): AsyncGenerator<string> {
    let decoder: InstanceType<typeof TextDecoder> | undefined;
    for await (const chunk of this.source) {
      // A spreadsheet's "Unicode text" is UTF-16; all else is read as UTF-8. The decoder drops the byte order mark.
      decoder ??= new TextDecoder(chunk[0] === 0xff && chunk[1] === 0xfe ? 'utf-16le' : 'utf-8');
      this.bytes += chunk.length;
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder?.decode() ?? '';
  }

  private *scan(text: string, delimiter: string | undefined): Generator<SourceRecord> {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const char = text[at] ?? '';
      const secondHalf = char === '\n' && this.afterReturn;
      this.afterReturn = char === '\r';
      const ends = (char === '\n' || char === '\r') && !secondHalf;
      if (this.state !== 'quoted' && (ends || secondHalf)) {
        this.keep(text.slice(from, at));
        from = at + 1;
        if (ends) yield this.take();
        continue;
      }
      if (ends) this.line++;
      if (delimiter === undefined) continue;
      if (!this.follow(char, delimiter)) this.unreadable = true;
      if (this.unreadable) {
        this.lost = true;
        yield this.take();
        return;
      }
    }
    this.keep(text.slice(from));
  }

  /** False if a closing quote is followed by anything but a delimiter. */
  private follow(char: string, delimiter: string): boolean {
    if (this.state === 'quoted') {
      if (char === '"') this.state = 'closed';
    } else if (char === delimiter) this.state = 'start';
    else if (this.state !== 'plain' && char.trim() !== '') {
      if (char !== '"' && this.state === 'closed') return false;
      this.state = char === '"' ? 'quoted' : 'plain';
    }
    return true;
  }

  private keep(part: string): void {
    if (this.text.length + part.length > MAX_RECORD) [this.text, this.unreadable] = ['', true];
    else if (!this.unreadable) this.text += part;
  }

  private take(): SourceRecord {
    const record = { line: this.line++, bytes: this.bytes, text: this.unreadable ? undefined : this.text };
    [this.text, this.unreadable, this.state] = ['', false, 'start'];
    return record;
  }
}

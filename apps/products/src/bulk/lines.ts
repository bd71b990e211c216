const NEWLINE = 0x0a;

export interface Line {
  /** From 1. */
  line: number;
  /** Bytes read up to its end. */
  bytes: number;
  /** Without its end; undefined when it is too long. */
  text?: string;
}

/** The lines of a byte stream; of one longer than `maxBytes` nothing is kept. */
export async function* lines(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let [line, bytes, length] = [0, 0, 0];
  let parts: Buffer[] = [];
  const end = (): Line => {
    const text = length <= maxBytes ? Buffer.concat(parts).toString('utf8') : undefined;
    [parts, length, line] = [[], 0, line + 1];
    return { line, bytes, ...(text !== undefined && { text: line === 1 ? text.replace(/^\uFEFF/, '') : text }) };
  };
  for await (const chunk of source) {
    for (let from = 0; from < chunk.length;) {
      const at = chunk.indexOf(NEWLINE, from);
      const part = chunk.subarray(from, at === -1 ? chunk.length : at);
      length += part.length;
      if (length <= maxBytes) parts.push(part);
      from = at === -1 ? chunk.length : at + 1;
      bytes += part.length + (at === -1 ? 0 : 1);
      if (at !== -1) yield end();
    }
  }
  if (length > 0) yield end();
}

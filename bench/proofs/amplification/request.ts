import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

const COMPRESS = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync };

export type Compression = keyof typeof COMPRESS;

/** A request under construction. Its parts are sent as they are, without escaping. */
export interface Draft {
  readonly method: string;
  /** The path with its parameters filled in. */
  path: string;
  query: string[];
  headers: [name: string, value: string][];
  /** The members of the JSON body; without them, no body is sent. */
  fields?: Record<string, unknown> | undefined;
  /** The whole body, instead of the members. */
  text?: string;
  compression?: Compression;
  /** Sends the body in chunks of so many bytes, without its length. */
  chunk?: number;
}

export function bytesOf(draft: Draft): Buffer {
  const { method, path, query, headers, chunk } = draft;
  const body = bodyOf(draft);
  const type: [string, string] = ['content-type', 'application/json'];
  const length: [string, string] =
    chunk === undefined ? ['content-length', String(body?.length)] : ['transfer-encoding', 'chunked'];
  const hasType = headers.some(([name]) => name === 'content-type');
  const all = [
    ['host', '127.0.0.1'],
    ...(draft.compression ? [['content-encoding', draft.compression]] : []),
    ...(body ? [length, ...(hasType ? [] : [type])] : []),
    ...headers,
  ].map(([name, value]) => `${name}: ${value}\r\n`);
  const line = `${method} ${path}${query.length > 0 ? `?${query.join('&')}` : ''} HTTP/1.1\r\n`;
  const head = Buffer.from(`${line}${all.join('')}\r\n`, 'latin1');
  if (!body) return head;
  return Buffer.concat([head, chunk === undefined ? body : inChunks(body, chunk)]);
}

function bodyOf({ text, fields, compression }: Draft): Buffer | undefined {
  const written = text ?? (fields && JSON.stringify(fields));
  const plain = written === undefined ? undefined : Buffer.from(written);
  return plain && compression ? COMPRESS[compression](plain) : plain;
}

/** Filled at once: making 95,000 chunks one by one would take as long here as in the service. */
function inChunks(body: Buffer, size: number): Buffer {
  const [begin, end] = [`${size.toString(16)}\r\n`, '\r\n'];
  const unit = begin + ' '.repeat(size) + end;
  const whole = Math.floor(body.length / size);
  const chunks = Buffer.alloc(whole * unit.length, unit);
  for (let index = 0; index < whole * size; index++)
    chunks[Math.floor(index / size) * unit.length + begin.length + (index % size)] = body[index] ?? 0;
  const rest = body.subarray(whole * size);
  const last = rest.length > 0 ? [Buffer.from(`${rest.length.toString(16)}\r\n`), rest, Buffer.from(end)] : [];
  return Buffer.concat([chunks, ...last, Buffer.from('0\r\n\r\n')]);
}

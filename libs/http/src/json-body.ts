import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '@app/kernel';
import type { ArrivingBody, BodyRoom } from './body-room.js';
import { httpError } from './http-errors.js';

/** Largest body in bytes, also after decompression. */
export const BODY_LIMIT = 100_000;
const MAX_DEPTH = 20;
/** Members and items in total; the largest order has four hundred. */
const MAX_VALUES = 5_000;

const DECOMPRESS: Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  identity: (body) => Promise.resolve(body),
};

/** Marks a request whose body has not been read yet. */
export const UNREAD = Symbol('the body has not been read');

/** Accepts only JSON bodies. They are not read here: the BodyGuard reads them after all checks of the head. */
export function useJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', (_request, _payload, done) => done(null, UNREAD));
}

/** Reads a JSON body: valid UTF-8, limited in size, depth and number of values, without prototype keys. */
export async function readJson(request: FastifyRequest, room: BodyRoom): Promise<unknown> {
  const { headers, method } = request;
  const body = await readBytes(request, room, BODY_LIMIT);
  if (body.length === 0 && method === 'DELETE') return undefined;
  return parseJson(await decompress(body, headers['content-encoding']));
}

/** Reads a body as it was sent, up to `limit` bytes. */
export async function readBytes(request: FastifyRequest, room: BodyRoom, limit: number): Promise<Buffer> {
  const { raw, headers } = request;
  const length = Number(headers['content-length']);
  if (length > limit) throw tooLarge(limit);
  // Even when the whole body came with its head, `complete` may be set only later.
  const arriving = raw.complete || raw.readableLength >= length ? undefined : room.enter(request.ip);
  try {
    return await collect(raw, arriving, limit);
  } finally {
    arriving?.leave();
  }
}

function collect(raw: IncomingMessage, arriving: ArrivingBody | undefined, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer): void => {
      length += chunk.length;
      chunks.push(chunk);
      const refusal = length > limit ? tooLarge(limit) : arriving?.hold(chunk.length);
      if (!refusal) return;
      raw.off('data', take);
      reject(refusal);
    };
    const broken = (): void => reject(malformed('The body ended before it was complete.'));
    // A closed connection emits no further event, and would hold a place for ever.
    if (raw.destroyed) broken();
    raw.on('data', take);
    raw.once('end', () => resolve(Buffer.concat(chunks, length)));
    raw.once('error', broken).once('close', broken);
  });
}

async function decompress(body: Buffer, encoding = 'identity'): Promise<Buffer> {
  const read = Object.hasOwn(DECOMPRESS, encoding.toLowerCase()) ? DECOMPRESS[encoding.toLowerCase()] : undefined;
  if (!read) throw httpError('unsupported-media-type', 'Content-Encoding must be gzip, deflate, br or absent.');
  try {
    return await read(body, { maxOutputLength: BODY_LIMIT });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw malformed('The body is not what its Content-Encoding says.');
  }
}

export function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw malformed('Send a JSON body: it is empty.');
  if (!isUtf8(bytes)) throw malformed('The body is not valid UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw malformed('The body is not valid JSON.');
  }
  inspect(value, 0, { left: MAX_VALUES });
  return value;
}

/** Rejects nesting and numbers of values that no request needs, and keys that reach into prototypes. */
function inspect(value: unknown, depth: number, values: { left: number }): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw malformed(`The body is nested deeper than ${MAX_DEPTH} levels.`);
  const keys = Array.isArray(value) ? undefined : Object.keys(value);
  values.left -= keys?.length ?? (value as unknown[]).length;
  if (values.left < 0) throw tooMany();
  if (!keys) {
    for (const item of value as unknown[]) inspect(item, depth + 1, values);
    return;
  }
  for (const key of keys) {
    if (key in Object.prototype) throw malformed(`The body has the forbidden key "${key}".`);
    inspect((value as Record<string, unknown>)[key], depth + 1, values);
  }
}

function tooMany(): DomainError {
  const message = `The body has more than ${MAX_VALUES} values.`;
  return new DomainError('validation-failed', message, { errors: [{ pointer: '', code: 'too-many-values', message }] });
}

function tooLarge(limit = BODY_LIMIT): DomainError {
  return httpError('payload-too-large', `The body is larger than ${limit / 1_000} kB.`);
}

function malformed(sentence: string): DomainError {
  return httpError('malformed-request', sentence);
}

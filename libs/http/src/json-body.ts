import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '@app/kernel';
import { frameworkError } from './problem.js';

/** Largest body in bytes, also after decompression. */
export const BODY_LIMIT = 100_000;
const MAX_DEPTH = 20;

const DECOMPRESS: Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  identity: (body) => Promise.resolve(body),
};

/** Makes JSON the only body the app reads: well-formed UTF-8, bounded in size and depth, without prototype keys. */
export function useJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (body.length === 0 && request.method === 'DELETE') return undefined;
      return parseJson(await decompress(body, request.headers['content-encoding']));
    },
  );
}

async function decompress(body: Buffer, encoding = 'identity'): Promise<Buffer> {
  const read = Object.hasOwn(DECOMPRESS, encoding.toLowerCase()) ? DECOMPRESS[encoding.toLowerCase()] : undefined;
  if (!read) throw new DomainError('unsupported-media-type', 'Content-Encoding must be gzip, deflate, br or absent.');
  try {
    return await read(body, { maxOutputLength: BODY_LIMIT });
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw frameworkError(413) ?? error;
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
  inspect(value, 0);
  return value;
}

/** Refuses nesting that no request needs and keys that reach into prototypes. */
function inspect(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw malformed(`The body is nested deeper than ${MAX_DEPTH} levels.`);
  if (Array.isArray(value)) {
    for (const item of value) inspect(item, depth + 1);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    if (key in Object.prototype) throw malformed(`The body has the forbidden key "${key}".`);
    inspect(item, depth + 1);
  }
}

function malformed(sentence: string): DomainError {
  return new DomainError('malformed-request', sentence);
}

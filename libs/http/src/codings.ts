import { pipeline, Readable } from 'node:stream';
import { brotliCompressSync, constants, createBrotliCompress, createGzip, gzipSync } from 'node:zlib';
import type { HttpReply, HttpRequest } from './request.js';

/** A smaller response fits into two packets, compressed or not. */
const MIN_BYTES = 2_048;

/** The next levels take up to twice as long to save 1 to 5 % (docs/decisions/2026-11-29-compression.md). */
const BROTLI_QUALITY = 3;
const GZIP = { level: 4 };

export type Coding = 'br' | 'gzip';

/**
 * Returns the coding that an `Accept-Encoding` header asks for (RFC 9110, 12.5.3); undefined for none. If the client
 * refuses all (`identity;q=0` alone), the response is sent unencoded rather than refused.
 */
export function acceptedCoding(header: string | undefined): Coding | undefined {
  if (header === undefined) return undefined;
  const weights = readWeights(header);
  const weightOf = (coding: string) => weights.get(coding) ?? weights.get('*') ?? 0;
  const best = weightOf('gzip') > weightOf('br') ? 'gzip' : 'br';
  const identityWeight = weights.get('identity') ?? 0;
  return weightOf(best) > 0 && weightOf(best) >= identityWeight ? best : undefined;
}

function readWeights(header: string): Map<string, number> {
  const parts = header.toLowerCase().split(',');
  return new Map(
    parts.map((part): [string, number] => {
      const [coding = '', ...parameters] = part.split(';').map((text) => text.trim());
      const weight = parameters.find((text) => text.startsWith('q='))?.slice(2);
      return [coding, weight === undefined ? 1 : Number(weight) || 0];
    }),
  );
}

/**
 * Chooses the coding of a public response of `size` bytes and sets its headers; the caller compresses. Undefined: send
 * it unencoded. The response MUST NOT contain secrets: its compressed length would leak them (BREACH).
 */
export function negotiateCoding({ headers }: HttpRequest, reply: HttpReply, size: number): Coding | undefined {
  if (size < MIN_BYTES) return undefined;
  addVary(reply, 'Accept-Encoding');
  const coding = acceptedCoding(headers['accept-encoding']);
  if (coding) reply.header('content-encoding', coding);
  return coding;
}

/** Returns the strong tag of an encoded representation: different bytes need a different tag (RFC 9110, 8.8.3.3). */
export function codedTag(etag: string, coding: Coding | undefined): string {
  return coding ? `${etag.slice(0, -1)}+${coding}"` : etag;
}

/** Removes the coding that `codedTag` added to the tag. */
export function uncodedTag(etag: string): string {
  return etag.replace(/\+(?:br|gzip)"$/, '"');
}

export function compress(bytes: Buffer, coding: Coding): Buffer {
  return coding === 'br' ? brotliCompressSync(bytes, brotli(bytes.length)) : gzipSync(bytes, GZIP);
}

/**
 * Compresses what Fastify is about to send of a public page, its scripts and styles, if the client accepts a coding.
 * Images are too small to be worth it.
 */
export function compressPage(request: HttpRequest, reply: HttpReply, payload: unknown): unknown {
  const size =
    typeof payload === 'string' ? Buffer.byteLength(payload) : Number(reply.getHeader('content-length') ?? 0);
  if (reply.statusCode === 304) addVary(reply, 'Accept-Encoding');
  const coding = reply.statusCode === 200 ? negotiateCoding(request, reply, size) : undefined;
  if (!coding) return payload;
  // Ranges refer to the unencoded bytes.
  reply.removeHeader('content-length').removeHeader('accept-ranges');
  if (typeof payload === 'string') return compress(Buffer.from(payload), coding);
  // A response to HEAD has no body.
  if (!(payload instanceof Readable) || request.method === 'HEAD') return payload;
  const compressor = coding === 'br' ? createBrotliCompress(brotli(size)) : createGzip(GZIP);
  return pipeline(payload, compressor, () => undefined);
}

function brotli(size: number): object {
  return {
    params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: size },
  };
}

/** Declares that the response depends on this request header. */
export function addVary(reply: HttpReply, name: string): void {
  const present = reply.getHeader('vary');
  reply.header('vary', present === undefined ? name : `${String(present)}, ${name}`);
}

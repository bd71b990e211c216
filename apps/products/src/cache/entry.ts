import type { ListPlace } from '@app/http';
import type { CachedAnswer } from './catalog-cache.js';

/** An answer as the store keeps it. */
export interface Entry {
  /** Null: there is no such thing. */
  answer: CachedAnswer | null;
  /** Epoch milliseconds from which one reader loads it anew while the others still get it. */
  refreshAt: number;
}

/** Rises with what answers look like: a release never shows what another one has kept. */
export const FORMAT = 2;

type Header = [refreshAt: number, etag: string | null, place: ListPlace | null, format: number];

const LINE_END = 10;
const LEASE = /^[0-9a-f-]{36}$/;

/**
 * One line of headers, then the bytes of the answer: nothing could take a customer's text for anything else. The format
 * stands in the entry and not in its key, or what one release writes would not void what another one has kept.
 */
export function encodeEntry({ answer, refreshAt }: Entry): Buffer {
  const header: Header = [refreshAt, answer?.etag ?? null, answer?.place ?? null, FORMAT];
  const head = Buffer.from(`${JSON.stringify(header)}\n`);
  return answer ? Buffer.concat([head, answer.bytes]) : head;
}

/** Whether it is the lease, a UUID, of somebody who loads the entry that is missing in its place. */
export function isLease(kept: Buffer): boolean {
  return kept.length === 36 && LEASE.test(kept.toString('latin1'));
}

/** Undefined for what is damaged or of another format. */
export function decodeEntry(kept: Buffer): Entry | undefined {
  const end = kept.indexOf(LINE_END);
  const header = end < 0 ? undefined : parse(kept.toString('utf8', 0, end));
  if (!isHeader(header)) return undefined;
  const [refreshAt, etag, place] = header;
  if (etag === null) return { refreshAt, answer: null };
  return { refreshAt, answer: { bytes: kept.subarray(end + 1), etag, ...(place !== null && { place }) } };
}

function isHeader(value: unknown): value is Header {
  if (!Array.isArray(value)) return false;
  const [refreshAt, etag, place, format] = value as unknown[];
  const isWhole = (etag === null || typeof etag === 'string') && typeof place === 'object';
  return format === FORMAT && typeof refreshAt === 'number' && isWhole;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

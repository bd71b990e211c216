import type { ListPlace } from '@app/http';
import type { CachedAnswer } from './catalog-cache.js';

/** An answer as the store keeps it. */
export interface Entry {
  /** Null if the resource does not exist. */
  answer: CachedAnswer | null;
  /** Epoch milliseconds from which one reader loads it again while the others still get this one. */
  refreshAt: number;
}

/** Increase it when the form of answers changes: a release never serves entries of another format. */
export const FORMAT = 2;

type Header = [refreshAt: number, etag: string | null, place: ListPlace | null, format: number];

const LINE_END = 10;
const LEASE = /^[0-9a-f-]{36}$/;

/**
 * One header line, then the bytes of the answer, so that no customer text can be mistaken for a header. The format is
 * in the entry, not in its key: otherwise a write of one release would not invalidate entries of another.
 */
export function encodeEntry({ answer, refreshAt }: Entry): Buffer {
  const header: Header = [refreshAt, answer?.etag ?? null, answer?.place ?? null, FORMAT];
  const head = Buffer.from(`${JSON.stringify(header)}\n`);
  return answer ? Buffer.concat([head, answer.bytes]) : head;
}

/** Whether the stored bytes are a loader's lease, a UUID, instead of an entry. */
export function isLease(kept: Buffer): boolean {
  return kept.length === 36 && LEASE.test(kept.toString('latin1'));
}

/** Returns undefined for a damaged entry or one of another format. */
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

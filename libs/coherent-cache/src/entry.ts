import type { CachedValue } from './cached-value.js';

/** A value as the store keeps it. */
export interface Entry<D extends object> {
  /** Null if it does not exist. */
  value: CachedValue<D> | null;
  /** Epoch milliseconds from which one reader loads it again while the others still get this one. */
  refreshAt: number;
}

type Head<D extends object> = [refreshAt: number, tag: string | null, details: D | null, format: number];

const LINE_END = 10;
const LEASE = /^[0-9a-f-]{36}$/;

/**
 * One line of JSON, then the bytes of the value, so that no text in them can be mistaken for the line. The format is
 * in the entry, not in its key: otherwise a write of one release would not invalidate entries of another.
 */
export function encodeEntry({ value, refreshAt }: Entry<object>, format: number): Buffer {
  const head: Head<object> = [refreshAt, value?.tag ?? null, value?.details ?? null, format];
  const line = Buffer.from(`${JSON.stringify(head)}\n`);
  return value ? Buffer.concat([line, value.bytes]) : line;
}

/** Whether the stored bytes are a loader's lease, a UUID, instead of an entry. */
export function isLease(kept: Buffer): boolean {
  return kept.length === 36 && LEASE.test(kept.toString('latin1'));
}

/** Returns undefined for a damaged entry or one of another format. */
export function decodeEntry<D extends object>(kept: Buffer, format: number): Entry<D> | undefined {
  const end = kept.indexOf(LINE_END);
  const head = end < 0 ? undefined : parse(kept.toString('utf8', 0, end));
  if (!isHead<D>(head, format)) return undefined;
  const [refreshAt, tag, details] = head;
  if (tag === null) return { refreshAt, value: null };
  return { refreshAt, value: { bytes: kept.subarray(end + 1), tag, ...(details !== null && { details }) } };
}

/** `details` are of the format's form, so only damage could change them. */
function isHead<D extends object>(value: unknown, expected: number): value is Head<D> {
  if (!Array.isArray(value)) return false;
  const [refreshAt, tag, details, format] = value as unknown[];
  const isWhole = (tag === null || typeof tag === 'string') && typeof details === 'object';
  return format === expected && typeof refreshAt === 'number' && isWhole;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

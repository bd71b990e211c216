import type { ListPlace } from '@app/http';
import type { CachedAnswer } from './catalog-cache.js';

/** An answer as the store keeps it. */
export interface Entry {
  /** Null: there is no such thing. */
  answer: CachedAnswer | null;
  /** Epoch milliseconds from which one reader loads it anew while the others still get it. */
  refreshAt: number;
}

type Header = [refreshAt: number, etag: string | null, place?: ListPlace];

const LINE_END = 10;
const OPENING = '['.charCodeAt(0);

/** One line of headers, then the bytes of the answer: nothing could take a customer's text for anything else. */
export function encodeEntry({ answer, refreshAt }: Entry): Buffer {
  const header: Header = [refreshAt, answer?.etag ?? null];
  if (answer?.place !== undefined) header.push(answer.place);
  const head = Buffer.from(`${JSON.stringify(header)}\n`);
  return answer ? Buffer.concat([head, answer.bytes]) : head;
}

/** What stands in an entry's place is otherwise a lease, which is a UUID. */
export function isEntry(kept: Buffer): boolean {
  return kept[0] === OPENING;
}

export function decodeEntry(kept: Buffer): Entry {
  const end = kept.indexOf(LINE_END);
  const [refreshAt, etag, place] = JSON.parse(kept.toString('utf8', 0, end)) as Header;
  return {
    refreshAt,
    answer: etag === null ? null : { bytes: kept.subarray(end + 1), etag, ...(place !== undefined && { place }) },
  };
}

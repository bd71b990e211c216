import type { ListPlace } from '@app/http';
import type { CachedAnswer } from './catalog-cache.js';

/** An answer as the store keeps it. */
export interface Entry {
  /** Null: there is no such thing. */
  answer: CachedAnswer | null;
  /** The lease it was stored under; no two entries have the same. */
  token: string;
  /** Epoch milliseconds from which one reader loads it anew while the others still get it. */
  refreshAt: number;
  /** The generation of lists it belongs to. */
  generation: string | undefined;
}

/** A UUID. */
export const TOKEN_LENGTH = 36;

type Header = [refreshAt: number, generation: string | null, etag: string | null, place?: ListPlace];

/** The token, one line of headers, then the bytes of the answer: nothing could take a customer's text for anything else. */
export function encodeEntry({ answer, token, refreshAt, generation = undefined }: Entry): Buffer {
  const header: Header = [refreshAt, generation ?? null, answer?.etag ?? null];
  if (answer?.place !== undefined) header.push(answer.place);
  const head = Buffer.from(`${token}${JSON.stringify(header)}\n`);
  return answer ? Buffer.concat([head, answer.bytes]) : head;
}

export function decodeEntry(kept: Buffer): Entry {
  const end = kept.indexOf(10, TOKEN_LENGTH);
  const [refreshAt, generation, etag, place] = JSON.parse(kept.toString('utf8', TOKEN_LENGTH, end)) as Header;
  return {
    token: kept.toString('latin1', 0, TOKEN_LENGTH),
    refreshAt,
    generation: generation ?? undefined,
    answer: etag === null ? null : { bytes: kept.subarray(end + 1), etag, ...(place !== undefined && { place }) },
  };
}

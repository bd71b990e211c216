import type { DomainError } from '@app/kernel';
import { BoundedMap } from '../cache/bounded-map.js';

const MAX_QUERIES = 1_000;
const LIFETIME_MS = 30_000;

/** Lists that were too broad a moment ago: asking the database again would cost it the same, for the same refusal. */
export class RefusedLists {
  private readonly refusals = new BoundedMap<string, { refusal: DomainError; until: number }>(MAX_QUERIES);

  /** @throws the refusal that this query got before */
  check(query: string): void {
    const known = this.refusals.get(query);
    if (known && known.until > performance.now()) throw known.refusal;
  }

  note(query: string, refusal: DomainError): void {
    this.refusals.set(query, { refusal, until: performance.now() + LIFETIME_MS });
  }
}

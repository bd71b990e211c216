import { BoundedMap } from '@app/coherent-cache';
import type { DomainError } from '@app/kernel';

const MAX_QUERIES = 1_000;
const LIFETIME_MS = 30_000;

/** Remembers lists that were too broad, so that the database does not spend the same time on them again. */
export class RefusedLists {
  private readonly refusals = new BoundedMap<string, { refusal: DomainError; until: number }>(MAX_QUERIES);

  /** @throws DomainError the earlier refusal of this query */
  check(query: string): void {
    const known = this.refusals.get(query);
    if (known && known.until > performance.now()) throw known.refusal;
  }

  note(query: string, refusal: DomainError): void {
    this.refusals.set(query, { refusal, until: performance.now() + LIFETIME_MS });
  }
}

import { hash } from 'node:crypto';
import { withDeadline } from '@app/async';
import type { Total } from '@app/database';
import { Cache } from '@nestjs/cache-manager';
import { Injectable } from '@nestjs/common';

const LIFETIME_MS = 120_000;
const DEADLINE_MS = 50;

/** Caches the number of products that match a filter: the costly half of a list, equal for all pages and orders. */
@Injectable()
export class KnownTotals {
  constructor(private readonly cache: Cache) {}

  /** Cached under the generation of lists, so as current as they are; without a generation it always counts. */
  async of(filter: object, generation: string | undefined, count: () => Promise<Total>): Promise<Total> {
    if (generation === undefined) return count();
    const key = `${generation}:${hash('sha1', JSON.stringify(filter), 'base64url')}`;
    const known = await inTime(this.cache.get(key));
    if (isTotal(known)) return known;
    const total = await count();
    void inTime(this.cache.set(key, total, LIFETIME_MS));
    return total;
  }
}

function inTime<T>(reply: Promise<T>): Promise<T | undefined> {
  return withDeadline(reply, DEADLINE_MS, 'The cache').catch(() => undefined);
}

/** Unreadable values count as unknown. */
function isTotal(value: unknown): value is Total {
  const { total, exact } = (value ?? {}) as Partial<Total>;
  return Number.isSafeInteger(total) && typeof exact === 'boolean';
}

import { hash } from 'node:crypto';
import type { Total } from '@app/database';
import { withDeadline } from '@app/kernel';
import { Cache } from '@nestjs/cache-manager';
import { Injectable } from '@nestjs/common';

const LIFETIME_MS = 120_000;
const DEADLINE_MS = 50;

/** How many products a filter finds: the costly half of a list, and the same for all its pages and orders. */
@Injectable()
export class KnownTotals {
  constructor(private readonly cache: Cache) {}

  /** Kept under the generation of lists, so it is as new as they are; without one, nothing is known or kept. */
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

/** What cannot be read is not known. */
function isTotal(value: unknown): value is Total {
  const { total, exact } = (value ?? {}) as Partial<Total>;
  return Number.isSafeInteger(total) && typeof exact === 'boolean';
}

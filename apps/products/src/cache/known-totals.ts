import { createHash } from 'node:crypto';
import type { Total } from '@app/database';
import { withDeadline } from '@app/kernel';
import { Cache } from '@nestjs/cache-manager';
import { Injectable } from '@nestjs/common';
import { EntryStore } from './entry-store.js';

const LIFETIME_MS = 120_000;
const DEADLINE_MS = 50;

/** How many products a filter finds: the costly half of a list, and the same for all its pages and orders. */
@Injectable()
export class KnownTotals {
  constructor(
    private readonly cache: Cache,
    private readonly store: EntryStore,
  ) {}

  /** Kept under the generation of lists, so it is as new as they are. */
  async of(filter: object, count: () => Promise<Total>): Promise<Total> {
    if (!this.store.usable) return count();
    const key = await this.keyOf(filter).catch(() => undefined);
    if (key === undefined) return count();
    const known = await inTime(this.cache.get<Total>(key));
    if (known) return known;
    const total = await count();
    void inTime(this.cache.set(key, total, LIFETIME_MS));
    return total;
  }

  private async keyOf(filter: object): Promise<string> {
    const digest = createHash('sha1').update(JSON.stringify(filter)).digest('base64url');
    return `${await this.store.generation()}:${digest}`;
  }
}

function inTime<T>(reply: Promise<T>): Promise<T | undefined> {
  return withDeadline(reply, DEADLINE_MS, 'The cache').catch(() => undefined);
}

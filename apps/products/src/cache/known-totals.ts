import { hash } from 'node:crypto';
import type { Total } from '@app/database';
import { Injectable } from '@nestjs/common';
import { KnownValues } from './known-values.js';

const LIFETIME_MS = 120_000;

/** Caches the number of products that match a filter: the costly half of a list, equal for all pages and orders. */
@Injectable()
export class KnownTotals {
  constructor(private readonly values: KnownValues) {}

  /** Cached under the generation of lists, so as current as they are; without a generation it always counts. */
  async of(filter: object, generation: string | undefined, count: () => Promise<Total>): Promise<Total> {
    if (generation === undefined) return count();
    const key = `${generation}:${hash('sha1', JSON.stringify(filter), 'base64url')}`;
    return this.values.of(key, LIFETIME_MS, { load: count, isValid: isTotal });
  }
}

function isTotal(value: unknown): value is Total {
  const { total, exact } = (value ?? {}) as Partial<Total>;
  return Number.isSafeInteger(total) && typeof exact === 'boolean';
}

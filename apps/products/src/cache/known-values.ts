import { withDeadline } from '@app/async';
import { Cache } from '@nestjs/cache-manager';
import { Injectable } from '@nestjs/common';

const DEADLINE_MS = 50;

/** How a value is loaded, and recognised in the cache: whatever else is there counts as unknown. */
export interface Source<T> {
  load: () => Promise<T>;
  isValid: (value: unknown) => value is T;
}

/**
 * Caches what needs no invalidation: in Redis for all processes if there is one, otherwise in this process. A slow or
 * unavailable cache counts as empty.
 */
@Injectable()
export class KnownValues {
  constructor(private readonly cache: Cache) {}

  /** Returns the value known under `key`; otherwise loads it, and caches it for `lifetimeMs`. */
  async of<T>(key: string, lifetimeMs: number, { load, isValid }: Source<T>): Promise<T> {
    const known: unknown = await inTime(this.cache.get(key));
    if (isValid(known)) return known;
    const value = await load();
    void inTime(this.cache.set(key, value, lifetimeMs));
    return value;
  }
}

function inTime<T>(reply: Promise<T>): Promise<T | undefined> {
  return withDeadline(reply, DEADLINE_MS, 'The cache').catch(() => undefined);
}

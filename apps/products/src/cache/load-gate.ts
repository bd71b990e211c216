import { DomainError } from '@app/kernel';
import type { CachedAnswer, Load } from './catalog-cache.js';

interface Running {
  key: string;
  isList: boolean;
  answer: Promise<CachedAnswer | null>;
}

const RETRY_AFTER_S = 1;

/** Limits concurrent loads from the database, whatever happens to the cache. */
export class LoadGate {
  private free: number;
  private readonly queue: (() => void)[] = [];
  private readonly shared = new Map<string, Running>();

  /** `waiting`: how many loads may queue. */
  constructor(
    atOnce: number,
    private readonly waiting = Infinity,
  ) {
    this.free = atOnce;
  }

  /** @throws DomainError `overloaded` if too many are waiting */
  async run(load: Load): Promise<CachedAnswer | null> {
    if (this.free > 0) this.free--;
    else if (this.queue.length >= this.waiting) throw tooManyLoads();
    else await new Promise<void>((resolve) => this.queue.push(resolve));
    try {
      return await load();
    } finally {
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    }
  }

  /** Shares one load among all readers of a key, until it ends or `forget` is called for the key. */
  share(key: string, isList: boolean, load: Load): Promise<CachedAnswer | null> {
    const present = this.shared.get(key);
    if (present) return present.answer;
    const running: Running = { key, isList, answer: this.run(load) };
    this.shared.set(key, running);
    const end = () => {
      if (this.shared.get(key) === running) this.shared.delete(key);
    };
    running.answer.then(end, end);
    return running.answer;
  }

  /** Later readers do not join loads that began before this call. */
  forget(keys: readonly string[], lists: boolean): void {
    for (const { key, isList } of this.shared.values()) {
      if (isList ? lists : keys.includes(key)) this.shared.delete(key);
    }
  }
}

function tooManyLoads(): DomainError {
  const sentence = 'Too many lists are being read from the database. Try again in a second.';
  return new DomainError('overloaded', sentence, { retryAfter: RETRY_AFTER_S });
}

import { DomainError } from '@app/kernel';

/** Lists that may wait for the database; more would take the place of all other reads. */
const LISTS_WAITING = 64;
const RETRY_AFTER_S = 1;

/** Limits concurrent loads from the database, whatever happens to the cache. */
export class LoadGate<V> {
  private free: number;
  private readonly queue: (() => void)[] = [];
  private readonly shared = new Map<string, Promise<V>>();

  /** `waiting`: how many loads may queue. */
  constructor(
    atOnce: number,
    private readonly waiting = Infinity,
  ) {
    this.free = atOnce;
  }

  /** @throws DomainError `overloaded` if too many are waiting */
  async run(load: () => Promise<V>): Promise<V> {
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

  /** Shares one load among all readers of a key, until it ends or the key is forgotten. */
  share(key: string, load: () => Promise<V>): Promise<V> {
    const present = this.shared.get(key);
    if (present) return present;
    const running = this.run(load);
    this.shared.set(key, running);
    const end = () => {
      if (this.shared.get(key) === running) this.shared.delete(key);
    };
    running.then(end, end);
    return running;
  }

  /** Later readers of these keys, by default of all, do not join loads that began before this call. */
  forget(keys: Iterable<string> = this.shared.keys()): void {
    for (const key of keys) this.shared.delete(key);
  }
}

/** A list takes the database up to 100 times as long as a single value, so lists have a gate of their own. */
export class LoadGates<V> {
  private readonly lists: LoadGate<V>;
  private readonly others: LoadGate<V>;

  constructor(atOnce: number) {
    this.lists = new LoadGate(Math.max(1, Math.floor(atOnce / 2)), LISTS_WAITING);
    this.others = new LoadGate(atOnce);
  }

  of({ isList }: { isList: boolean }): LoadGate<V> {
    return isList ? this.lists : this.others;
  }

  forget(keys: readonly string[], lists: boolean): void {
    this.others.forget(keys);
    if (lists) this.lists.forget();
  }
}

function tooManyLoads(): DomainError {
  const sentence = 'Too many lists are being read from the database. Try again in a second.';
  return new DomainError('overloaded', sentence, { retryAfter: RETRY_AFTER_S });
}

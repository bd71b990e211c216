import { DomainError } from '@app/kernel';

/**
 * A first-come-first-served lock that its holder may enter again. The caller that passes the holder's `owner` object is
 * the holder; waiting is limited to `waitMs`.
 */
export class Mutex {
  private holder: object | undefined;
  private readonly waiting: { owner: object; acquire: () => void }[] = [];

  constructor(private readonly waitMs: number) {}

  async run<T>(owner: object, work: () => Promise<T>): Promise<T> {
    if (this.holder === owner) return work();
    await this.acquire(owner);
    try {
      return await work();
    } finally {
      this.release();
    }
  }

  private acquire(owner: object): Promise<void> {
    if (!this.holder) {
      this.holder = owner;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(new DomainError('service-unavailable', 'The database is busy. Try again later.'));
      }, this.waitMs);
      const waiter = {
        owner,
        acquire: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.waiting.push(waiter);
    });
  }

  private release(): void {
    const next = this.waiting.shift();
    this.holder = next?.owner;
    next?.acquire();
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { Call } from './call.js';
import type { Desk } from './desk.js';
import { report } from './http.js';
import { expire } from './resources/attempts.js';
import { settleRefund } from './resources/refunds.js';
import type { Task } from './store.js';
import { deliver, type DeliveryLimits } from './webhooks.js';

const AT_ONCE = 8;
/** The longest wait: after it a changed clock is noticed, and old rows are removed. The end of a task ends it, too. */
const LONGEST_MS = 60_000;
/** After a failure of the store, such as a full disk. */
const FAILED_MS = 5_000;

/** Carries out the store's tasks when they are due: deliveries, refunds that end late, authorisations that end. */
export class Background {
  private readonly busy = new Map<number, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private swept = -Infinity;
  private readonly stopping = new AbortController();

  constructor(
    private readonly desk: Desk,
    private readonly limits: DeliveryLimits,
  ) {}

  /** Looks for due tasks now; to be called after each change. */
  readonly wake = (): void => {
    if (this.stopping.signal.aborted) return;
    clearTimeout(this.timer);
    try {
      this.timer = setTimeout(this.wake, this.beginDue());
    } catch (error) {
      report(error);
      this.timer = setTimeout(this.wake, FAILED_MS);
    }
  };

  /** Breaks off running deliveries, which are tried again at the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await Promise.all(this.busy.values());
  }

  /** Returns how long nothing else is due. */
  private beginDue(): number {
    const { store, now } = this.desk;
    if (now() - this.swept >= LONGEST_MS) this.sweep();
    for (const task of store.tasks(now(), AT_ONCE + this.busy.size)) {
      if (this.busy.size >= AT_ONCE) return LONGEST_MS;
      if (!this.busy.has(task.position)) this.begin(task);
    }
    const due = store.nextDue(this.busy.keys()) ?? Infinity;
    return this.busy.size >= AT_ONCE ? LONGEST_MS : Math.min(Math.max(due - now(), 0), LONGEST_MS);
  }

  private sweep(): void {
    this.swept = this.desk.now();
    this.desk.store.sweep(this.swept);
  }

  private begin(task: Task): void {
    const work = this.carryOut(task)
      .catch(this.wait)
      .finally(() => {
        this.busy.delete(task.position);
        this.wake();
      });
    this.busy.set(task.position, work);
  }

  /** The task stays, and is tried again in a while. */
  private readonly wait = async (error: unknown): Promise<void> => {
    report(error);
    await delay(FAILED_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  };

  private async carryOut(task: Task): Promise<void> {
    const { store } = this.desk;
    if (task.name === 'deliver') {
      const due = await deliver(this.desk, task, this.limits, this.stopping.signal);
      if (due === undefined) store.done(task);
      else store.again(task, due);
      return;
    }
    store.transaction(() => {
      const change = task.name === 'settle_refund' ? settleRefund : expire;
      change(new Call(this.desk), task.subject);
      store.done(task);
    });
  }
}

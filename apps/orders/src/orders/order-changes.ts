import { backoff, sleep } from '@app/async';
import { Clock, DomainError } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { OrderHistoryEntry } from './order-history-entry.entity.js';
import type { Moment } from './order-parts.js';
import { deriveStatus } from './order-steps.js';
import { type Change, OrderWriter } from './order-writer.js';
import type { Order } from './order.entity.js';

const CONFLICT_RETRIES = 12;

/** Changes an order, and returns what else is to be written; undefined for no change. */
type Edit = (order: Order, moment: Moment) => Change | undefined | Promise<Change | undefined>;

/** Changes one order at a time: whoever writes an order or a part of it writes its next version. */
@Injectable()
export class OrderChanges {
  constructor(
    private readonly writer: OrderWriter,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads an order, lets `edit` change it, derives its status and writes it; all again if another request wrote in
   * between, so `edit` must do nothing but read, and change what it was given. Returns the order; undefined if `read` did.
   *
   * @throws DomainError `version-conflict` if others were faster too often.
   */
  async apply<O extends Order | undefined | null>(read: () => Promise<O>, by: number | null, edit: Edit): Promise<O> {
    for (let retry = 0; ; retry += 1) {
      try {
        const order = await read();
        if (order) await this.attempt(order, by, edit);
        return order;
      } catch (error) {
        const conflict = error instanceof DomainError && error.code === 'version-conflict';
        if (!conflict || retry === CONFLICT_RETRIES) throw error;
        await sleep(backoff(retry, { base: 5, max: 80 }));
      }
    }
  }

  private async attempt(order: Order, by: number | null, edit: Edit): Promise<void> {
    const { status, version, amountRefunded } = order;
    const former = { status, version, amountRefunded, pieces: order.lines.map(({ pieces }) => pieces) };
    // Never earlier than the last change, even if this machine's clock is behind the one that wrote it.
    const at = new Date(Math.max(this.clock.now().getTime(), order.updatedAt.getTime()));
    const change = await edit(order, { at, by });
    if (!change) return;
    deriveStatus(order);
    order.updatedAt = at;
    order.version += 1;
    if (order.status !== former.status)
      order.history.push(Object.assign(new OrderHistoryEntry(), { status: order.status, at, by }));
    if (order.isErased && order.isFinished) order.forgetDelivery();
    await this.writer.change(order, former, change);
  }
}

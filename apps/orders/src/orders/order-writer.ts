import { Database, type Tx } from '@app/database';
import { Idempotency } from '@app/idempotency';
import { Injectable } from '@nestjs/common';
import { meanwhile } from './meanwhile.js';
import { OrderEvents } from './order-events.js';
import { OrderRefsRepository } from './order-refs.repository.js';
import type { Order } from './order.entity.js';
import type { OrderStatus } from './order-status.js';
import { reservationLost } from '../stock/stock.errors.js';
import { versionConflict } from './orders.errors.js';
import { OrdersRepository } from './orders.repository.js';

export interface Placing {
  admit: (tx: Tx) => Promise<void>;
  answer: (order: Order) => unknown;
}

/** The transactions of an order. Each commits the row together with everything that must never exist without it. */
@Injectable()
export class OrderWriter {
  constructor(
    private readonly database: Database,
    private readonly orders: OrdersRepository,
    private readonly refs: OrderRefsRepository,
    private readonly events: OrderEvents,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Order, lines, history, outcome of the ref, event and the answer to a repeated request: all or nothing. `admit` may
   * refuse the order before it is stored.
   *
   * @throws DomainError `inventory-unavailable` when the ref was abandoned meanwhile: its stock is on sale again.
   */
  async place(order: Order, { admit, answer }: Placing): Promise<void> {
    await this.database.transaction(async (tx) => {
      await admit(tx);
      const event = await this.orders.insert(tx, order, () => this.events.of(order, null));
      const claiming = this.refs.claimPlaced(tx, order.orderRef, order.orderId, order.createdAt);
      const [isOurs, body] = await meanwhile(claiming, () => answer(order));
      if (!isOurs) throw reservationLost();
      await this.events.append(tx, event);
      await this.idempotency.commit(tx, body, order.userId);
    });
  }

  /**
   * Writes a changed order over `version`, with a history entry and an event when it took a step.
   *
   * The row comes first here: the history's foreign key would take a shared lock on it, and two writers that both
   * upgrade such a lock end in a deadlock.
   *
   * @throws DomainError `version-conflict` when somebody else wrote since.
   */
  async change(order: Order, from: { status: OrderStatus; version: number }): Promise<void> {
    await this.database.transaction(async (tx) => {
      if (!(await this.orders.update(tx, order, from.version))) throw versionConflict();
      const step = order.history.at(-1);
      if (order.status === from.status || !step) return;
      await this.orders.insertStep(tx, order.orderId, step);
      await this.events.append(tx, this.events.of(order, from.status));
    });
  }
}

import { Database, type Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { Injectable } from '@nestjs/common';
import { runDuring } from './run-during.js';
import { OrderEvents } from './order-events.js';
import type { ChangedParts } from './order-parts.js';
import { OrderPartsRepository } from './order-parts.repository.js';
import { OrderRefsRepository } from './order-refs.repository.js';
import type { Order } from './order.entity.js';
import type { OrderStatus } from './order-status.js';
import { reservationLost } from '../stock/stock.errors.js';
import { versionConflict } from './orders.errors.js';
import { OrdersRepository } from './orders.repository.js';

export interface Placing extends Reply<Order> {
  /** May refuse the order before it is stored, and writes what is to commit with it. The order has no ids yet. */
  admit: (tx: Tx, order: Order) => Promise<void>;
  /** Writes what is to commit with it, now that it has ids. */
  alsoIn?: (tx: Tx, order: Order) => Promise<void>;
}

/** What a change writes besides the order's row. */
export interface Change {
  parts?: ChangedParts;
  /** Runs in the same transaction, when order and parts are written. */
  alsoIn?: (tx: Tx) => Promise<void>;
}

/** The order before a change. */
export interface FormerOrder {
  status: OrderStatus;
  version: number;
  amountRefunded: number;
  /** By line. */
  pieces: string[];
}

/** The transactions that write an order. Each commits the row together with everything that depends on it. */
@Injectable()
export class OrderWriter {
  constructor(
    private readonly database: Database,
    private readonly orders: OrdersRepository,
    private readonly parts: OrderPartsRepository,
    private readonly refs: OrderRefsRepository,
    private readonly events: OrderEvents,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Stores order, lines, history, outcome of the ref, events and the response for repeated requests: all or nothing.
   *
   * @throws DomainError `inventory-unavailable` if the ref was abandoned meanwhile: its stock is on sale again.
   */
  async place(order: Order, { admit, alsoIn, claim, answer }: Placing): Promise<void> {
    await this.database.transaction(async (tx) => {
      await admit(tx, order);
      const events = await this.orders.insert(tx, order, () => this.events.placed(order));
      const claiming = this.refs.claimPlaced(tx, order.orderRef, order.orderId, order.createdAt);
      const [isOurs, body] = await runDuring(claiming, () => answer(order));
      if (!isOurs) throw reservationLost();
      await alsoIn?.(tx, order);
      for (const event of events) await this.events.append(tx, event);
      await this.idempotency.commit(tx, claim, body, order.userId ?? undefined);
    });
  }

  /**
   * Writes a changed order over the former version with its parts, and a history entry if its status changed; with the
   * events of all of it.
   *
   * The row is written first: the history's foreign key would take a shared lock on it, and two writers that both
   * upgrade such a lock deadlock.
   *
   * @throws DomainError `version-conflict` if another request wrote since.
   */
  async change(order: Order, from: FormerOrder, { parts = {}, alsoIn }: Change): Promise<void> {
    const moved = order.lines.filter(({ pieces }, index) => pieces !== from.pieces[index]);
    await this.database.transaction(async (tx) => {
      if (!(await this.orders.update(tx, order, from.version))) throw versionConflict();
      for (const line of moved) await this.orders.updatePieces(tx, line);
      await this.parts.save(tx, parts);
      if (order.isErased && order.isFinished) await this.parts.forget(tx, order.orderId);
      await alsoIn?.(tx);
      for (const event of this.events.ofParts(order, parts)) await this.events.append(tx, event);
      if (order.amountRefunded > from.amountRefunded) await this.events.append(tx, this.events.refunded(order));
      const step = order.history.at(-1);
      if (order.status === from.status || !step) return;
      await this.orders.insertStep(tx, order.orderId, step);
      await this.events.append(tx, this.events.of(order, from.status));
    });
  }
}

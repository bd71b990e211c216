import { Database, inList, type Property, type Tx } from '@app/database';
import type { ListRequest, OwnerScope, Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import { adopt } from './former-release.js';
import { runDuring } from './run-during.js';
import { Order } from './order.entity.js';
import { OrderHistoryEntry } from './order-history-entry.entity.js';
import { OrderLine } from './order-line.entity.js';
import { assertCursor, type OrderFilter, orderList } from './order-list.js';
import { visibleTo } from './order-owner.js';
import { noSuchOrder } from './orders.errors.js';

export const FINISHED = "status IN ('completed', 'cancelled')";

/** What may change about a placed order. */
const CHANGING: readonly Property<Order>[] = [
  'status',
  'paymentStatus',
  'fulfilmentStatus',
  'itemsTotal',
  'amountPaid',
  'amountAuthorized',
  'amountRefunded',
  'amountDisputed',
  'creditedTotal',
  'shippingAddress',
  'billingAddress',
  'note',
  'locale',
  'carrier',
  'trackingNumber',
  'cancelReason',
  'deliveredAt',
  'hiddenAt',
  'updatedAt',
  'version',
];

const PIECES: readonly Property<OrderLine>[] = [
  'quantityPrepared',
  'quantityShipped',
  'quantityCancelled',
  'quantityReturned',
];

/** Orders with their lines and history. Never returns hidden orders. */
@Injectable()
export class OrdersRepository {
  constructor(private readonly database: Database) {}

  /** With an owner only theirs. */
  async findById(orderId: number, owner?: OwnerScope): Promise<Order | null> {
    const visible = visibleTo(owner);
    const order = await this.database.findOne(Order, `WHERE order_id = ?${visible.sql}`, [orderId, ...visible.params]);
    if (order) await this.loadDetails([order]);
    return order;
  }

  /** @throws DomainError `not-found` */
  async getById(orderId: number, owner?: OwnerScope): Promise<Order> {
    const order = await this.findById(orderId, owner);
    if (!order) throw noSuchOrder();
    return order;
  }

  async page(filter: OrderFilter, request: ListRequest): Promise<Page<Order>> {
    assertCursor(request);
    const page = await orderList(filter).page(this.database, request);
    return { ...page, items: await this.findByIds(page.items.map((row) => row.order_id)) };
  }

  /** Returns the oldest pending orders placed before `before`. */
  async findUnpaidIds(before: Date, limit: number): Promise<number[]> {
    const rows = await this.database.query<{ order_id: number }>(
      `SELECT order_id FROM orders WHERE status = 'pending' AND created_at < ? AND hidden_at IS NULL ORDER BY created_at, order_id LIMIT ${limit}`,
      [before],
    );
    return rows.map((row) => row.order_id);
  }

  /**
   * Returns the oldest pending orders, placed from `from` until before `before`, of customers who have not verified
   * their address. Orders for which that is unknown are not included.
   */
  async findUnverifiedIds(from: Date, before: Date, limit: number): Promise<number[]> {
    // Both ends limit the part of the index on status and time that is read: most entries are of verified customers.
    const rows = await this.database.query<{ order_id: number }>(
      `SELECT order_id FROM orders WHERE status = 'pending' AND created_at >= ? AND created_at < ?
         AND customer_email_verified = 0 AND hidden_at IS NULL ORDER BY created_at, order_id LIMIT ${limit}`,
      [from, before],
    );
    return rows.map((row) => row.order_id);
  }

  /**
   * Stores a new order with its lines and history and fills in their ids. Uses prepared SQL, one statement per table:
   * this is the platform's most frequent transaction, and TypeORM's repositories would double its cost. `work` runs while the
   * database stores the lines, when the order's id is known.
   */
  async insert<W>(tx: Tx, order: Order, work: () => W): Promise<W> {
    const { insertId } = await this.database.insert(Order, [order], { tx });
    order.orderId = insertId;
    for (const line of order.lines) line.orderId = insertId;
    const [inserted, done] = await runDuring(this.database.insert(OrderLine, order.lines, { tx }), work);
    // The ids are consecutive: the number of rows is known beforehand (InnoDB's "simple insert", SQLite's one writer).
    order.lines.forEach((line, index) => (line.orderLineId = inserted.insertId + index));
    for (const entry of order.history) await this.insertStep(tx, insertId, entry);
    return done;
  }

  async insertStep(
    tx: Tx,
    orderId: number,
    { status, at, by }: Pick<OrderHistoryEntry, 'status' | 'at' | 'by'>,
  ): Promise<void> {
    await this.database.insert(OrderHistoryEntry, [{ orderId, status, at, by }], { tx });
  }

  /** Writes the order as its next version. False if another request has written since `version` was read. */
  async update(tx: Tx, order: Order, version: number): Promise<boolean> {
    const written = { orderId: order.orderId, version };
    const { sql, params } = this.database.statements(Order).update(order, CHANGING, written);
    const { affected } = await this.database.execute(sql, params, tx);
    return affected === 1;
  }

  async updatePieces(tx: Tx, line: OrderLine): Promise<void> {
    const { sql, params } = this.database.statements(OrderLine).update(line, PIECES, { orderLineId: line.orderLineId });
    await this.database.execute(sql, params, tx);
  }

  /** Erases the customer of up to `limit` orders, hidden ones included. Returns how many there were. */
  async eraseCustomer(userId: number, at: Date, limit: number): Promise<number> {
    const found = await this.database.repository(Order).find({
      select: { orderId: true },
      where: { userId, customerEmail: Not('') },
      take: limit,
    });
    if (found.length === 0) return 0;
    await this.database.execute(
      `UPDATE orders SET customer_email = '', customer_name = NULL, billing_address = NULL, cancel_reason = NULL,
         version = version + 1,
         updated_at = CASE WHEN updated_at > ? THEN updated_at ELSE ? END,
         shipping_address = CASE WHEN ${FINISHED} THEN NULL ELSE shipping_address END,
         note = CASE WHEN ${FINISHED} THEN NULL ELSE note END,
         tracking_number = CASE WHEN ${FINISHED} THEN NULL ELSE tracking_number END
       WHERE order_id ${inList(found)}`,
      [at, at, ...found.map((order) => order.orderId)],
    );
    return found.length;
  }

  /** Allows detailed e-mails about this customer's orders. Readers see no change, so the version stays. */
  async markVerified(userId: number, email: string): Promise<void> {
    const sql = 'UPDATE orders SET customer_email_verified = ? WHERE user_id = ? AND customer_email = ?';
    await this.database.execute(sql, [1, userId, email]);
  }

  /** Returns them in the order of the ids. */
  async findByIds(orderIds: number[], tx?: Tx): Promise<Order[]> {
    if (orderIds.length === 0) return [];
    const found = await this.database.find(Order, `WHERE order_id ${inList(orderIds)}`, orderIds, tx);
    await this.loadDetails(found, tx);
    const byId = new Map(found.map((order) => [order.orderId, order]));
    return orderIds.flatMap((id) => byId.get(id) ?? []);
  }

  private async loadDetails(orders: Order[], tx?: Tx): Promise<void> {
    const ids = orders.map((order) => order.orderId);
    const theirs = `WHERE order_id ${inList(ids)}`;
    const lines = await this.database.find(OrderLine, `${theirs} ORDER BY product_id`, ids, tx);
    const history = await this.database.find(OrderHistoryEntry, `${theirs} ORDER BY order_history_id`, ids, tx);
    for (const order of orders) {
      order.lines = lines.filter((line) => line.orderId === order.orderId);
      // An entry written between the queries belongs to a later version than the one that was read.
      order.history = history.filter((entry) => entry.orderId === order.orderId && entry.at <= order.updatedAt);
      adopt(order);
    }
  }
}

import { Database, inList, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import type { BasketLine, Offer } from './basket.js';
import { ReservationLine } from './reservation-line.entity.js';
import { type Outcome, type ReservationStatus, type ReservationStep, STEPS } from './reservation-status.js';
import { Reservation } from './reservation.entity.js';

@Injectable()
export class ReservationsRepository {
  constructor(private readonly database: Database) {}

  async insert(tx: Tx, orderRef: string, status: ReservationStatus, expiresAt: Date, now: Date): Promise<void> {
    const reservation = { orderRef, status, expiresAt, createdAt: now, updatedAt: now };
    await this.database.insert(Reservation, [reservation], { tx });
  }

  /** Whether the error means that this order_ref already has a reservation. */
  isRepeat(error: unknown): boolean {
    return this.database.isDuplicate(error, 'order_ref');
  }

  async insertLines(tx: Tx, orderRef: string, lines: readonly (BasketLine & Offer)[]): Promise<void> {
    const rows = lines.map(({ product_id, quantity, sku, name, price, weight_grams, tax_category }) => ({
      orderRef,
      productId: product_id,
      quantity,
      quantityConsumed: 0,
      quantityReleased: 0,
      sku,
      name,
      price,
      weightGrams: weight_grams,
      taxCategory: tax_category,
    }));
    await this.database.insert(ReservationLine, rows, { tx });
  }

  async statusOf(orderRef: string, tx?: Tx): Promise<ReservationStatus | undefined> {
    const sql = 'SELECT status FROM reservations WHERE order_ref = ?';
    const [row] = await this.database.query<Pick<Reservation, 'status'>>(sql, [orderRef], tx);
    return row?.status;
  }

  lines(orderRef: string, tx?: Tx): Promise<ReservationLine[]> {
    return this.database.repository(ReservationLine, tx).find({ where: { orderRef }, order: { productId: 'ASC' } });
  }

  /** Applies the step and locks the reservation until the transaction ends. False if its state does not allow it. */
  async advance(tx: Tx, orderRef: string, step: ReservationStep, now: Date): Promise<boolean> {
    const { from, to } = STEPS[step];
    const { affected } = await this.database.execute(
      `UPDATE reservations SET status = ?, updated_at = ? WHERE order_ref = ? AND status ${inList(from)}`,
      [to, now, orderRef, ...from],
      tx,
    );
    return affected === 1;
  }

  /** Counts pieces of a line as taken. False if fewer are left. Call it behind the lock of `advance`. */
  async takePieces(tx: Tx, orderRef: string, outcome: Outcome, productId: number, quantity: number): Promise<boolean> {
    const { affected } = await this.database.execute(
      `UPDATE reservation_items SET quantity_${outcome} = quantity_${outcome} + ?
       WHERE order_ref = ? AND product_id = ? AND quantity - quantity_consumed - quantity_released >= ?`,
      [quantity, orderRef, productId, quantity],
      tx,
    );
    return affected === 1;
  }

  /** Counts all that is left as taken. Call it behind the lock of `advance`. */
  async takeRest(tx: Tx, orderRef: string, outcome: Outcome): Promise<void> {
    const other = outcome === 'consumed' ? 'quantity_released' : 'quantity_consumed';
    const sql = `UPDATE reservation_items SET quantity_${outcome} = quantity - ${other} WHERE order_ref = ?`;
    await this.database.execute(sql, [orderRef], tx);
  }

  /** Ends a reservation of which nothing is left. */
  async end(tx: Tx, orderRef: string, outcome: Outcome): Promise<void> {
    await this.database.execute('UPDATE reservations SET status = ? WHERE order_ref = ?', [outcome, orderRef], tx);
  }

  /** Returns products on sale, with their prices and currently available quantities. */
  async offers(tx: Tx, productIds: readonly number[]): Promise<Offer[]> {
    const rows = await this.database.query<Offer>(
      `SELECT p.product_id, p.sku, p.name, p.price, p.weight_grams, p.tax_category,
         i.stock_quantity - i.reserved_quantity AS available
       FROM products p JOIN inventory i ON i.product_id = p.product_id
       WHERE p.status = 'active' AND p.product_id ${inList(productIds)}`,
      [...productIds],
      tx,
    );
    return rows.map((row) => ({ ...row, price: Number(row.price), available: Number(row.available) }));
  }

  /** Returns expired holds, oldest first, then those that would expire after `latest` (the clock was set back). */
  async due(now: Date, latest: Date, limit: number): Promise<string[]> {
    const held = async (until: string, time: Date, most: number): Promise<string[]> => {
      const sql = `SELECT order_ref FROM reservations WHERE status = 'held' AND expires_at ${until} ? ORDER BY expires_at LIMIT ${most}`;
      return (await this.database.query<{ order_ref: string }>(sql, [time])).map(({ order_ref }) => order_ref);
    };
    // Two statements, each of which reads one end of the index.
    const due = await held('<=', now, limit);
    return due.length < limit ? [...due, ...(await held('>', latest, limit - due.length))] : due;
  }

  async postpone(orderRef: string, until: Date): Promise<void> {
    const sql = "UPDATE reservations SET expires_at = ? WHERE order_ref = ? AND status = 'held'";
    await this.database.execute(sql, [until, orderRef]);
  }
}

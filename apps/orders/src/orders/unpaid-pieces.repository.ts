import { Database, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';

/** How many pieces the unpaid orders of a customer hold. */
@Injectable()
export class UnpaidPiecesRepository {
  constructor(private readonly database: Database) {}

  /** Pieces in a customer's pending orders that were placed since `since`. */
  async count(userId: number, since: Date, tx?: Tx): Promise<number> {
    const [row] = await this.database.query<{ pieces: number | string }>(
      `SELECT COALESCE(SUM(i.quantity), 0) AS pieces FROM orders o JOIN order_items i ON i.order_id = o.order_id
       WHERE o.user_id = ? AND o.created_at >= ? AND o.status = 'pending'`,
      [userId, since],
      tx,
    );
    return Number(row?.pieces);
  }

  /** The same, and until `tx` ends nobody else counts this customer's in a transaction. */
  async countAlone(tx: Tx, userId: number, since: Date): Promise<number> {
    // A row of its own, since those who lock each other's orders end in a deadlock. SQLite has one writer anyway.
    const sql = 'INSERT INTO customer_locks (user_id) VALUES (?) ON DUPLICATE KEY UPDATE user_id = user_id';
    if (this.database.dialect === 'mysql') await this.database.execute(sql, [userId], tx);
    return this.count(userId, since, tx);
  }
}

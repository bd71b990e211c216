import { type Conflict, Database, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { CustomerLock } from './customer-lock.entity.js';

const LOCK: Conflict<CustomerLock> = { keys: ['userId'] };

/** Counts the pieces that a customer's unpaid orders hold. */
@Injectable()
export class UnpaidPiecesRepository {
  constructor(private readonly database: Database) {}

  /** Counts the pieces in a customer's pending orders placed since `since`. */
  async count(userId: number, since: Date, tx?: Tx): Promise<number> {
    const [row] = await this.database.query<{ pieces: number | string }>(
      `SELECT COALESCE(SUM(i.quantity), 0) AS pieces FROM orders o JOIN order_items i ON i.order_id = o.order_id
       WHERE o.user_id = ? AND o.created_at >= ? AND o.status = 'pending'`,
      [userId, since],
      tx,
    );
    return Number(row?.pieces);
  }

  /** As `count`, under a lock: until `tx` ends, other transactions that call it for this customer wait. */
  async countLocked(tx: Tx, userId: number, since: Date): Promise<number> {
    // Locks a separate row: locking each other's orders would deadlock. SQLite has one writer anyway.
    if (this.database.dialect === 'mysql') {
      await this.database.insert(CustomerLock, [{ userId }], { tx, onConflict: LOCK });
    }
    return this.count(userId, since, tx);
  }
}

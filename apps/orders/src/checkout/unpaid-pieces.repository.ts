import { type Conflict, Database, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { CustomerLock } from './customer-lock.entity.js';

const LOCK: Conflict<CustomerLock> = { keys: ['userId'] };

/** Who holds stock: a user, or guests by their mailbox. */
type HolderKey = { user_id: number } | { emailKey: string };

/** Counts the pieces that unpaid orders hold. */
@Injectable()
export class UnpaidPiecesRepository {
  constructor(private readonly database: Database) {}

  /** Counts the pieces in a holder's pending orders placed since `since`. */
  async count(holder: HolderKey, since: Date, tx?: Tx): Promise<number> {
    const [theirs, key] =
      'emailKey' in holder
        ? ['o.order_id IN (SELECT g.order_id FROM guest_orders g WHERE g.email_key = ?)', holder.emailKey]
        : ['o.user_id = ?', holder.user_id];
    const [row] = await this.database.query<{ pieces: number | string }>(
      `SELECT COALESCE(SUM(i.quantity), 0) AS pieces FROM orders o JOIN order_items i ON i.order_id = o.order_id
       WHERE ${theirs} AND o.created_at >= ? AND o.status = 'pending'`,
      [key, since],
      tx,
    );
    return Number(row?.pieces);
  }

  /**
   * As `count`, under a lock: until `tx` ends, other transactions that call it for this customer wait. Guests do not:
   * nobody keeps them from writing another address, and their carts are limited by where they come from.
   */
  async countLocked(tx: Tx, holder: HolderKey, since: Date): Promise<number> {
    // Locks a separate row: locking each other's orders would deadlock. SQLite has one writer anyway.
    if (this.database.dialect === 'mysql' && 'user_id' in holder) {
      await this.database.insert(CustomerLock, [{ userId: holder.user_id }], { tx, onConflict: LOCK });
    }
    return this.count(holder, since, tx);
  }
}

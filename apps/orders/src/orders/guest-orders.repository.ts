import { Database, forUpdate, inList, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { GuestOrder } from './guest-order.entity.js';

@Injectable()
export class GuestOrdersRepository {
  constructor(private readonly database: Database) {}

  async add(tx: Tx, guestOrder: GuestOrder): Promise<void> {
    await this.database.insert(GuestOrder, [guestOrder], { tx });
  }

  /** Locks the orders of a mailbox that nobody has claimed, and returns their ids. */
  async lockUnclaimed(tx: Tx, emailKey: string): Promise<number[]> {
    const theirs = `WHERE email_key = ? ORDER BY order_id${forUpdate(this.database.dialect)}`;
    return (await this.database.find(GuestOrder, theirs, [emailKey], tx)).map(({ orderId }) => orderId);
  }

  /** Gives locked orders to a customer who has verified the address. */
  async assign(tx: Tx, orderIds: readonly number[], { userId, at }: { userId: number; at: Date }): Promise<void> {
    await this.database.execute(
      `UPDATE orders SET user_id = ?, customer_email_verified = ?, version = version + 1,
         updated_at = CASE WHEN updated_at > ? THEN updated_at ELSE ? END WHERE order_id ${inList(orderIds)}`,
      [userId, true, at, at, ...orderIds],
      tx,
    );
    await this.database.execute(
      `UPDATE guest_orders SET email_key = NULL WHERE order_id ${inList(orderIds)}`,
      [...orderIds],
      tx,
    );
  }
}

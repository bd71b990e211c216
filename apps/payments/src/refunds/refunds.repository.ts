import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';
import { Refund } from '../payments/refund.entity.js';

@Injectable()
export class RefundsRepository {
  constructor(private readonly database: Database) {}

  findByRef(refundRef: string): Promise<Refund | null> {
    return this.database.findOne(Refund, 'WHERE refund_ref = ?', [refundRef]);
  }

  /** Of all payments of an order. */
  ofOrder(orderId: number): Promise<Refund[]> {
    const sql = 'WHERE payment_id IN (SELECT payment_id FROM payments WHERE order_id = ?)';
    return this.database.find(Refund, sql, [orderId]);
  }

  /** The refunds whose outcome is to be found out, those that wait longest first. */
  due(now: Date, limit: number): Promise<Refund[]> {
    return this.database.find(Refund, `WHERE next_try_at <= ? ORDER BY next_try_at LIMIT ${limit}`, [now]);
  }

  /** Moves the next try of a refund that has not ended. False if somebody has moved it since it was read. */
  async postpone({ refundId, nextTryAt }: Refund, until: Date): Promise<boolean> {
    const sql = 'UPDATE refunds SET next_try_at = ? WHERE refund_id = ? AND next_try_at = ?';
    return (await this.database.execute(sql, [until, refundId, nextTryAt])).affected === 1;
  }
}

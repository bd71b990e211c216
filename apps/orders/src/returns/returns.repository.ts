import { Database, ListQuery, type Tx } from '@app/database';
import type { ListRequest, Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Return } from './return.entity.js';
import type { ReturnStatus } from './return-status.js';

export interface ReturnFilter {
  status?: ReturnStatus;
  order_id?: number;
}

@Injectable()
export class ReturnsRepository {
  constructor(private readonly database: Database) {}

  find(returnId: number): Promise<Return | null> {
    return this.database.findOne(Return, 'WHERE return_id = ?', [returnId]);
  }

  ofOrder(orderId: number): Promise<Return[]> {
    return this.database.find(Return, 'WHERE order_id = ? ORDER BY return_id', [orderId]);
  }

  page(filter: ReturnFilter, request: ListRequest): Promise<Page<Return>> {
    const list = ListQuery.of(this.database.statements(Return));
    if (filter.status !== undefined) list.where('status = ?', filter.status);
    if (filter.order_id !== undefined) list.where('order_id = ?', filter.order_id);
    return list.sortable({ created_at: 'return_id' }, 'return_id').page(this.database, request);
  }

  /** In the transaction that writes its order. */
  async save(tx: Tx, given: Return): Promise<void> {
    if (given.version > 1) await this.database.replace(Return, given, tx);
    else given.returnId = (await this.database.insert(Return, [given], { tx })).insertId;
  }

  /** Erases what was written about a customer's returns, of up to `limit` of them. Returns how many there were. */
  async forgetCustomer(userId: number, limit: number): Promise<number> {
    const written = await this.database.find(
      Return,
      `WHERE order_id IN (SELECT order_id FROM orders WHERE user_id = ?)
         AND (rejection_reason IS NOT NULL OR items LIKE '%"reason":"%') LIMIT ${limit}`,
      [userId],
    );
    for (const each of written) {
      each.forget();
      const set = ['items', 'rejectionReason'] as const;
      const { sql, params } = this.database.statements(Return).update(each, set, { returnId: each.returnId });
      await this.database.execute(sql, params);
    }
    return written.length;
  }
}

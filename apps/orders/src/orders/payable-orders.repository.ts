import { Database } from '@app/database';
import type { OwnerScope } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Order } from './order.entity.js';
import { visibleTo } from './order-owner.js';

/** Orders without their lines. */
@Injectable()
export class PayableOrdersRepository {
  constructor(private readonly database: Database) {}

  /** Hidden ones included: money may come for an order that nobody sees any more. With an owner only what they see. */
  find(orderId: number, owner?: OwnerScope): Promise<Order | null> {
    const theirs = owner ? visibleTo(owner) : { sql: '', params: [] };
    return this.database.findOne(Order, `WHERE order_id = ?${theirs.sql}`, [orderId, ...theirs.params]);
  }
}

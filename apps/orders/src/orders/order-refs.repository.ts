import { Database, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { OrderRef } from './order-ref.entity.js';

export type Outcome = OrderRef['outcome'];

/** Stores the final outcome of placing an order under a ref: the first insert wins, by primary key. */
@Injectable()
export class OrderRefsRepository {
  constructor(private readonly database: Database) {}

  /** Call it in the transaction that stores the order. False if the ref has an outcome already. */
  claimPlaced(tx: Tx, orderRef: string, orderId: number, at: Date): Promise<boolean> {
    return this.insert({ orderRef, outcome: 'placed', orderId, settledAt: at }, tx);
  }

  /** Abandons the ref unless its order is stored; waits for a transaction that is storing it. */
  async settle(orderRef: string, at: Date): Promise<Outcome> {
    if (await this.insert({ orderRef, outcome: 'abandoned', orderId: null, settledAt: at })) return 'abandoned';
    const settled = await this.database.repository(OrderRef).findOneByOrFail({ orderRef });
    return settled.outcome;
  }

  private async insert(ref: OrderRef, tx?: Tx): Promise<boolean> {
    try {
      await this.database.insert(OrderRef, [ref], { tx });
      return true;
    } catch (error) {
      if (this.database.isDuplicate(error)) return false;
      throw error;
    }
  }
}

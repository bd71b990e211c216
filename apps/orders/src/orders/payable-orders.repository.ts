import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';
import { Order } from './order.entity.js';

/** Orders without their lines, hidden ones included: money may come for an order that nobody sees any more. */
@Injectable()
export class PayableOrdersRepository {
  constructor(private readonly database: Database) {}

  find(orderId: number): Promise<Order | null> {
    return this.database.repository(Order).findOneBy({ orderId });
  }
}

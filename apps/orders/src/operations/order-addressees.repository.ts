import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';
import { Order } from '../orders/order.entity.js';
import { customerData } from '../orders/order-events.js';

/** Reads the personal data from the order, since a sent event keeps none. */
@Injectable()
export class OrderAddresseesRepository {
  constructor(private readonly database: Database) {}

  /** Undefined for an order whose customer was erased. */
  async find(orderId: number): Promise<ReturnType<typeof customerData> | undefined> {
    const order = await this.database.repository(Order).findOneBy({ orderId });
    return order && !order.isErased ? customerData(order) : undefined;
  }
}

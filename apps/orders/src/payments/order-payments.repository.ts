import { Database, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { OrderPayment } from './order-payment.entity.js';

@Injectable()
export class OrderPaymentsRepository {
  constructor(private readonly database: Database) {}

  ofOrder(orderId: number): Promise<OrderPayment[]> {
    return this.database.repository(OrderPayment).findBy({ orderId });
  }

  async put(tx: Tx, payment: OrderPayment): Promise<void> {
    await tx.save(OrderPayment, payment);
  }
}

import { Database, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { OrderPayment } from './order-payment.entity.js';

@Injectable()
export class OrderPaymentsRepository {
  constructor(private readonly database: Database) {}

  ofOrder(orderId: number): Promise<OrderPayment[]> {
    return this.database.find(OrderPayment, 'WHERE order_id = ?', [orderId]);
  }

  async add(tx: Tx, payment: OrderPayment): Promise<void> {
    await this.database.insert(OrderPayment, [payment], { tx });
  }

  replace(tx: Tx, payment: OrderPayment): Promise<void> {
    return this.database.replace(OrderPayment, payment, tx);
  }
}

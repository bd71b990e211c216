import type { OwnerScope } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { noSuchOrder } from './orders.errors.js';
import { type PayableOrder, toPayableOrder } from './payable-order.js';
import { PayableOrdersRepository } from './payable-orders.repository.js';

/** Tells payments what is owed: it asks before it asks a customer for money, and when money has come. */
@Injectable()
export class PayableOrdersService {
  constructor(private readonly orders: PayableOrdersRepository) {}

  /** With an owner only their visible order. @throws DomainError `not-found` */
  async get(orderId: number, owner?: OwnerScope): Promise<PayableOrder> {
    const order = await this.orders.find(orderId, owner);
    if (!order) throw noSuchOrder();
    return toPayableOrder(order);
  }
}

import type { Tx } from '@app/database';
import type { PaymentPayload } from '@app/events';
import { Injectable } from '@nestjs/common';
import type { Order } from '../orders/order.entity.js';
import { type MoneyNews, OrdersService } from '../orders/orders.service.js';
import { knownPayment, moneyOf } from './known-payment.js';
import { OrderPaymentsRepository } from './order-payments.repository.js';

/**
 * Decides from the payments of an order whether it is paid. Each event says all of its payment, so events may come twice,
 * late and in any order: the newest version of each payment counts, and the order follows from their sums.
 */
@Injectable()
export class OrderPaymentsService {
  constructor(
    private readonly orders: OrdersService,
    private readonly payments: OrderPaymentsRepository,
  ) {}

  /** `version` is the payment's. Does nothing for news that are known, and for an order that was removed. */
  async learn(payload: PaymentPayload, version: number): Promise<void> {
    await this.orders.learnMoney(payload.order_id, (order) => this.newsOf(order, payload, version));
  }

  private async newsOf(order: Order, payload: PaymentPayload, version: number): Promise<MoneyNews | undefined> {
    const known = await this.payments.ofOrder(order.orderId);
    const former = known.find(({ paymentId }) => paymentId === payload.payment_id);
    if (former && former.version >= version) return undefined;
    const payment = knownPayment(payload, version, order.currency);
    const money = moneyOf([...known.filter((each) => each !== former), payment]);
    const store = (tx: Tx) => (former ? this.payments.replace(tx, payment) : this.payments.add(tx, payment));
    return { money, store };
  }
}

import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { OrdersClient } from '../payments/orders.client.js';
import { PaymentStepsService } from '../payments/payment-steps.service.js';
import { PaymentsRepository } from '../payments/payments.repository.js';
import { refusalOf } from '../providers/provider.errors.js';
import { lateMoney, type Step } from './late-money.js';
import { LateRefunds } from './late-refunds.js';

/** Does with an order's payments what its fate asks for. Every step bears to be taken twice, by several processes. */
@Injectable()
export class OrderSettlement {
  constructor(
    private readonly orders: OrdersClient,
    private readonly payments: PaymentsRepository,
    private readonly steps: PaymentStepsService,
    private readonly refunds: LateRefunds,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError if the order or the provider cannot be asked; what is left to do stays to be done. */
  async settle(orderId: number): Promise<void> {
    const order = await this.orders.get(orderId);
    const [payments, refunds] = await Promise.all([this.payments.ofOrder(orderId), this.refunds.ofOrder(orderId)]);
    for (const step of lateMoney(order, { payments, refunds }, this.clock.now())) await this.take(step);
  }

  private async take(step: Step): Promise<void> {
    const { paymentId } = step.payment;
    if (step.do === 'refund') return this.refunds.giveBack(paymentId, step.owed);
    try {
      await (step.do === 'cancel' ? this.steps.end(step.payment) : this.steps.capture(paymentId));
    } catch (error) {
      // It has changed since: then it is due for a check of its own, which decides anew.
      if (refusalOf(error) === undefined) throw error;
    }
  }
}

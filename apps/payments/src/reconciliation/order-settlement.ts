import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { OrdersClient } from '../payments/orders.client.js';
import { PaymentStepsService } from '../payments/payment-steps.service.js';
import { PaymentsRepository } from '../payments/payments.repository.js';
import { isPending } from '../payments/refund-status.js';
import { refusalOf } from '../providers/provider.errors.js';
import { RefundRequests } from '../refunds/refund-requests.js';
import { RefundSender } from '../refunds/refund-sender.js';
import { lateMoney, type Step } from './late-money.js';

/** Does with an order's payments what its fate asks for. Every step bears to be taken twice, by several processes. */
@Injectable()
export class OrderSettlement {
  constructor(
    private readonly orders: OrdersClient,
    private readonly payments: PaymentsRepository,
    private readonly steps: PaymentStepsService,
    private readonly requests: RefundRequests,
    private readonly sender: RefundSender,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError if the order or the provider cannot be asked; what is left to do stays to be done. */
  async settle(orderId: number): Promise<void> {
    const order = await this.orders.get(orderId);
    for (const step of lateMoney(order, await this.payments.ofOrder(orderId), this.clock.now())) await this.take(step);
  }

  private async take(step: Step): Promise<void> {
    const { paymentId } = step.payment;
    if (step.do === 'refund') return this.giveBack(paymentId, step.surplus);
    try {
      await (step.do === 'cancel' ? this.steps.end(step.payment) : this.steps.capture(paymentId));
    } catch (error) {
      // It has changed since: then it is due for a check of its own, which decides anew.
      if (refusalOf(error) === undefined) throw error;
    }
  }

  /** How much is decided on the payment as it is when the refund is stored: another process may have been faster. */
  private async giveBack(paymentId: number, surplus = Infinity): Promise<void> {
    const reason = surplus === Infinity ? 'other' : 'duplicate';
    const request = { refundRef: randomUUID(), origin: 'order', reason, note: null, requestedBy: null } as const;
    const refund = await this.requests.store(paymentId, request, (payment) =>
      Math.min(payment.refundableAmount, surplus - payment.refundedAmount - payment.refundingAmount),
    );
    if (refund && isPending(refund.status)) await this.sender.send(refund);
  }
}

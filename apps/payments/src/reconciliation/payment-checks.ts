import { Injectable } from '@nestjs/common';
import { PaymentSync } from '../payments/payment-sync.js';
import { PaymentStepsService } from '../payments/payment-steps.service.js';
import type { Payment } from '../payments/payment.entity.js';
import { OrderSettlement } from './order-settlement.js';

/** Looks after one payment: what its provider says, and what its order asks for. */
@Injectable()
export class PaymentChecks {
  constructor(
    private readonly sync: PaymentSync,
    private readonly steps: PaymentStepsService,
    private readonly settlement: OrderSettlement,
  ) {}

  async check({ paymentId, orderId }: Payment): Promise<Payment> {
    const payment = await this.sync.sync(paymentId);
    // It was cancelled here while nobody knew whether the provider had it.
    if (payment.status === 'cancelled') await this.steps.endAtProvider(payment);
    await this.settlement.settle(orderId);
    return payment;
  }
}

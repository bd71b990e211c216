import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { PaymentsRepository } from '../payments/payments.repository.js';
import { PaymentsService } from '../payments/payments.service.js';
import { PaidByHand } from './paid-by-hand.js';
import { PaymentChecksSweeper } from './payment-checks.sweeper.js';

/**
 * What other services' events mean for payments. It only notes that payments are to be checked, so that an event never
 * waits for the provider.
 */
@Injectable()
export class OrderEventsService {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly accounts: PaymentsService,
    private readonly byHand: PaidByHand,
    private readonly sweeper: PaymentChecksSweeper,
    private readonly clock: Clock,
  ) {}

  async paid(orderId: number): Promise<void> {
    await this.byHand.record(orderId);
    await this.changed(orderId);
  }

  async changed(orderId: number): Promise<void> {
    if ((await this.payments.checkNow(orderId, this.clock.now())) > 0) this.sweeper.wake();
  }

  eraseCustomer(userId: number): Promise<void> {
    return this.accounts.eraseCustomer(userId);
  }
}

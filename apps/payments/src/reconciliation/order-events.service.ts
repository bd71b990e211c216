import type { OrderPayload } from '@app/events';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { PaymentsRepository } from '../payments/payments.repository.js';
import { PaymentsService } from '../payments/payments.service.js';
import { PaidByHand } from './paid-by-hand.js';
import { PaymentChecksSweeper } from './payment-checks.sweeper.js';

type PaidOrder = Pick<OrderPayload, 'order_id' | 'payment_status'>;

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

  /** An order that a bank's promise paid was not paid by hand, even if the promise has ended since. */
  async paid({ order_id: orderId, payment_status }: PaidOrder): Promise<void> {
    if (payment_status !== 'authorized') await this.byHand.record(orderId);
    await this.changed(orderId);
  }

  async changed(orderId: number): Promise<void> {
    if ((await this.payments.checkNow(orderId, this.clock.now())) > 0) this.sweeper.wake();
  }

  /** From now on the customer sees its payments, and their data go with the account. */
  async claimed(orderId: number, userId: number | null): Promise<void> {
    if (userId !== null) await this.payments.assign(orderId, userId);
  }

  eraseCustomer(userId: number): Promise<void> {
    return this.accounts.eraseCustomer(userId);
  }
}

import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { amountCovered } from '../payments/amount-due.js';
import { OrdersClient } from '../payments/orders.client.js';
import { PaymentStartService } from '../payments/payment-start.service.js';
import { PaymentsRepository } from '../payments/payments.repository.js';

/** Writes down the money of orders that staff have made paid: they have it, and the ledger does not know it yet. */
@Injectable()
export class PaidByHand {
  constructor(
    private readonly orders: OrdersClient,
    private readonly payments: PaymentsRepository,
    private readonly starting: PaymentStartService,
  ) {}

  /** Runs after an order became paid, and not by a promise. Does nothing if its payments cover what it says was paid. */
  async record(orderId: number): Promise<void> {
    const order = await this.orders.get(orderId);
    if (order.unpayable !== 'already-paid') return;
    const amount = order.paid - amountCovered(await this.payments.ofOrder(orderId));
    if (amount <= 0) return;
    const asked = { paymentRef: randomUUID(), order, amount, returnUrl: null };
    await this.starting.recordByHand(asked, () => Promise.resolve());
  }
}

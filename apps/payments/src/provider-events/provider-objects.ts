import { Injectable, Logger } from '@nestjs/common';
import { isOpen } from '../payments/payment-status.js';
import { PaymentSync } from '../payments/payment-sync.js';
import { PaymentWriter } from '../payments/payment-writer.js';
import type { Payment } from '../payments/payment.entity.js';
import { PaymentsRepository } from '../payments/payments.repository.js';
import { PaymentsSettings } from '../payments.settings.js';
import { PaymentProvider } from '../providers/payment-provider.js';
import { refusalOf } from '../providers/provider.errors.js';
import type { ProviderPayment } from '../providers/provider-payment.js';

export type ObjectOutcome = 'applied' | 'ignored' | 'unknown';

/** Finds the payment behind an object of the provider, whoever names the object first. */
@Injectable()
export class ProviderObjects {
  private readonly logger = new Logger('ProviderObjects');

  constructor(
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentsRepository,
    private readonly writer: PaymentWriter,
    private readonly sync: PaymentSync,
    private readonly settings: PaymentsSettings,
  ) {}

  /**
   * Brings the payment of this object up to date. `ignored`: it is not ours. `unknown`: it says that it is ours, and no
   * payment of ours is it.
   */
  async settle(providerRef: string): Promise<ObjectOutcome> {
    const known = await this.payments.findByProviderRef(this.provider.name, providerRef);
    if (known) return this.apply(known);
    const seen = await this.fetch(providerRef);
    if (!seen || !this.isOurs(seen)) return 'ignored';
    const payment = await this.payments.findByRef(seen.metadata.payment_ref ?? '');
    if (!payment || payment.orderRef !== seen.metadata.order_ref) return 'unknown';
    // The event may be faster than the answer to the call that made the payment.
    const named = await this.writer.change(payment.paymentId, ({ payment: current }) => {
      if (current.providerRef !== null) return null;
      current.providerRef = providerRef;
      return {};
    });
    return named.providerRef === providerRef ? this.apply(named) : 'unknown';
  }

  /** Gives back the money of an object that nobody has claimed: its customer has no order for it. */
  async giveBack(providerRef: string): Promise<void> {
    const seen = await this.fetch(providerRef);
    if (!seen) return;
    this.logger.error(`The payment ${providerRef} belongs to no order: its money goes back to the customer.`);
    if (isOpen(seen.status)) return this.provider.cancel(providerRef, `${providerRef}:unknown`);
    const returned = seen.refunds.filter(({ status }) => status !== 'failed').reduce((sum, r) => sum + r.amount, 0);
    const amount = seen.captured_amount - returned;
    if (amount <= 0) return;
    const refund_ref = `${providerRef}:unknown`;
    await this.provider.refund({
      provider_ref: providerRef,
      amount,
      currency: seen.currency,
      reason: undefined,
      refund_ref,
    });
  }

  private async apply(payment: Payment): Promise<'applied'> {
    await this.sync.sync(payment.paymentId, payment);
    return 'applied';
  }

  /** Stages may share an account: another one's payments are not ours. */
  private isOurs({ metadata: { payment_ref, order_ref, stage } }: ProviderPayment): boolean {
    const isNamed = payment_ref !== undefined && order_ref !== undefined;
    return isNamed && (stage === undefined || stage === this.settings.stage);
  }

  private async fetch(providerRef: string): Promise<ProviderPayment | undefined> {
    try {
      return await this.provider.fetch(providerRef);
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      return undefined;
    }
  }
}

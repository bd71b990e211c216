import type { Tx } from '@app/database';
import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { KEYS_LIVE_MS, PaymentProvider } from '../providers/payment-provider.js';
import { refusalOf } from '../providers/provider.errors.js';
import { PaymentsSettings } from '../payments.settings.js';
import { isOpen } from './payment-status.js';
import { PaymentWriter } from './payment-writer.js';
import type { Payment } from './payment.entity.js';
import { orderNotPayable } from './payments.errors.js';

type AlsoIn = (tx: Tx, payment: Payment) => Promise<void>;

/** Sends attempts to the provider, each under its own key: sent again, it is the same payment there. */
@Injectable()
export class PaymentAttempts {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly writer: PaymentWriter,
    private readonly settings: PaymentsSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends a stored attempt and writes down its name at the provider; `alsoIn` joins that transaction.
   *
   * @throws DomainError `payment-provider-unavailable`: the attempt stays open, and is sent again.
   * @throws DomainError `order-not-payable` if the provider refuses it: the attempt has ended.
   */
  async send(payment: Payment, alsoIn: AlsoIn = () => Promise.resolve()): Promise<Payment> {
    const { paymentRef, orderRef, amount, currency, capturedOnShipment } = payment;
    const metadata = { order_ref: orderRef, payment_ref: paymentRef, stage: this.settings.stage };
    const capture = capturedOnShipment ? 'on_shipment' : 'automatic';
    const created = await this.provider
      .create({ amount, currency, capture, metadata }, paymentRef)
      .catch((error: unknown) => this.refused(payment, error));
    return this.writer.change(payment.paymentId, ({ tx, payment, at }) => {
      payment.providerRef = created.provider_ref;
      if (isOpen(payment.status)) payment.clientSecret = created.client_secret;
      // It was cancelled while it was on its way: the provider has yet to be told.
      else payment.nextCheckAt = at;
      return { alsoIn: (written) => alsoIn(tx, written) };
    });
  }

  /** Whether it is too late to send it again: it might become a second payment. */
  isTooOld({ createdAt }: Payment): boolean {
    return this.clock.now().getTime() - createdAt.getTime() > KEYS_LIVE_MS;
  }

  private async refused(payment: Payment, error: unknown): Promise<never> {
    const reason = refusalOf(error);
    if (reason === undefined) throw error;
    await this.end(payment.paymentId, reason);
    throw orderNotPayable('amount-not-chargeable');
  }

  /** Ends an attempt that the provider does not know: nobody can pay it, since nobody has its secret. */
  end(paymentId: number, failureCode: string | null): Promise<Payment> {
    return this.writer.change(paymentId, ({ payment, at }) => {
      if (payment.providerRef !== null || !isOpen(payment.status)) return null;
      payment.status = 'cancelled';
      payment.openOrderId = null;
      payment.failureCode = failureCode;
      payment.nextCheckAt = failureCode === null ? at : null;
      return { facts: [{ type: 'payment.cancelled' }] };
    });
  }
}

import { type Caller, hasRole } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { PaymentProvider } from '../providers/payment-provider.js';
import { refusalOf } from '../providers/provider.errors.js';
import { PaymentAttempts } from './payment-attempts.js';
import { isOpen } from './payment-status.js';
import { PaymentSync } from './payment-sync.js';
import { PaymentWriter } from './payment-writer.js';
import type { Payment } from './payment.entity.js';
import { captureAsked, exceedsAuthorized, notCancellable, notCapturable } from './payments.errors.js';
import { PaymentsService } from './payments.service.js';

/** Steps that somebody takes with a payment. The same step again is no error: the payment is there already. */
@Injectable()
export class PaymentStepsService {
  constructor(
    private readonly payments: PaymentsService,
    private readonly provider: PaymentProvider,
    private readonly attempts: PaymentAttempts,
    private readonly sync: PaymentSync,
    private readonly writer: PaymentWriter,
  ) {}

  /** Asks the provider now. @throws DomainError `payment-provider-unavailable` */
  refresh(paymentId: number): Promise<Payment> {
    return this.sync.sync(paymentId);
  }

  /**
   * Captures `amount` (minor units; default all) of an authorised payment; the rest is released.
   *
   * @throws DomainError `payment-not-capturable`, `payment-provider-unavailable`
   */
  async capture(paymentId: number, amount?: number): Promise<Payment> {
    const known = await this.payments.getById(paymentId);
    const payment = isOpen(known.status) ? await this.sync.sync(paymentId) : known;
    const isDone = payment.status === 'captured' && (amount === undefined || amount === payment.capturedAmount);
    if (isDone) return payment;
    const { version, providerRef, currency, captureAmount, paymentRef } = await this.askForCapture(paymentId, amount);
    const money = { amount: captureAmount ?? 0, currency };
    await this.unlessRefused(this.provider.capture(providerRef ?? '', money, `${paymentRef}:capture:${version}`));
    const captured = await this.sync.sync(paymentId);
    if (captured.status === 'captured') return captured;
    throw notCapturable(await this.forgetCapture(paymentId));
  }

  /** What is asked is stored first: who captures another amount does not pay the order. */
  private askForCapture(paymentId: number, amount: number | undefined): Promise<Payment> {
    return this.writer.change(paymentId, ({ payment }) => {
      if (payment.status !== 'authorized') throw notCapturable(payment);
      const asked = amount ?? payment.captureAmount ?? payment.authorizedAmount;
      if (asked > payment.authorizedAmount) throw exceedsAuthorized(payment);
      if (payment.captureAmount !== null && payment.captureAmount !== asked) throw captureAsked(payment);
      payment.captureAmount = asked;
      return {};
    });
  }

  private forgetCapture(paymentId: number): Promise<Payment> {
    return this.writer.change(paymentId, ({ payment }) => {
      if (payment.status === 'captured') return null;
      payment.captureAmount = null;
      return {};
    });
  }

  /**
   * Ends a payment without money. An authorised one is what the order is paid by: only staff end it.
   *
   * @throws DomainError `not-found`, `payment-not-cancellable`, `payment-provider-unavailable`
   */
  async cancel(paymentId: number, caller: Caller, reason?: string): Promise<Payment> {
    const payment = await this.payments.get(paymentId, { caller });
    if (payment.status === 'authorized' && !hasRole(caller, 'staff')) throw notCancellable(payment);
    const ended = await this.end(payment);
    if (reason === undefined || ended.cancelReason !== null) return ended;
    return this.writer.change(paymentId, ({ payment: current }) => {
      current.cancelReason = reason;
      return {};
    });
  }

  /** As `cancel`, for the platform itself. */
  async end(payment: Payment): Promise<Payment> {
    const { paymentId } = payment;
    if (payment.status === 'cancelled') return payment;
    if (!isOpen(payment.status)) throw notCancellable(payment);
    const reached = payment.providerRef === null ? await this.attempts.end(paymentId, null) : payment;
    if (reached.status === 'cancelled') return reached;
    await this.endAtProvider(reached);
    const ended = await this.sync.sync(paymentId);
    if (ended.status !== 'cancelled') throw notCancellable(ended);
    return ended;
  }

  /** Tells the provider that a payment has ended. */
  async endAtProvider({ providerRef, paymentRef, syncs }: Payment): Promise<void> {
    if (providerRef === null) return;
    await this.unlessRefused(this.provider.cancel(providerRef, `${paymentRef}:cancel:${syncs}`));
  }

  /** A refusal may mean that it is done already: the payment itself tells. */
  private async unlessRefused(call: Promise<void>): Promise<void> {
    await call.catch((error: unknown) => {
      if (refusalOf(error) === undefined) throw error;
    });
  }
}

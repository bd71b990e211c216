import { backoff } from '@app/async';
import { Clock, isUnavailable } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { PaymentSync } from '../payments/payment-sync.js';
import { PaymentWriter } from '../payments/payment-writer.js';
import { PaymentsRepository } from '../payments/payments.repository.js';
import { pendingAmount } from '../payments/provider-state.js';
import { isPending, type RefundReason } from '../payments/refund-status.js';
import type { Refund } from '../payments/refund.entity.js';
import { KEYS_LIVE_MS, type NewProviderRefund, PaymentProvider } from '../providers/payment-provider.js';
import { refusalOf } from '../providers/provider.errors.js';
import { RefundsRepository } from './refunds.repository.js';

const RETRY = { base: 2_000, max: 600_000 };
/** A refund under way at the provider takes days at times; its events tell when it has ended. */
const UNDER_WAY_MS = 3_600_000;
const NO_ANSWER = 'no-answer';

const REASONS: Readonly<Record<RefundReason, NewProviderRefund['reason']>> = {
  requested_by_customer: 'requested_by_customer',
  duplicate: 'duplicate',
  fraudulent: 'fraudulent',
  returned: 'requested_by_customer',
  other: undefined,
};

/** Sends stored refunds to the provider until their outcome is known, each under its own key: twice is once. */
@Injectable()
export class RefundSender {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentsRepository,
    private readonly refunds: RefundsRepository,
    private readonly writer: PaymentWriter,
    private readonly sync: PaymentSync,
    private readonly clock: Clock,
  ) {}

  /** Sends it for the first time. Never throws for the provider: an unknown outcome is found out later. */
  async send(refund: Refund): Promise<void> {
    const { amount, reason, refundRef: refund_ref, paymentId } = refund;
    const { currency, providerRef } = await this.payments.getById(paymentId);
    const wanted = { provider_ref: providerRef ?? '', amount, currency, reason: REASONS[reason], refund_ref };
    try {
      await this.provider.refund(wanted);
      await this.sync.sync(paymentId);
    } catch (error) {
      if (isUnavailable(error)) await this.keep(refund);
      else await this.refused(refund, error);
    }
  }

  /** Finds out what became of it, and sends it again if the provider does not have it. */
  async resume(refund: Refund): Promise<void> {
    await this.sync.sync(refund.paymentId);
    const now = await this.refunds.findByRef(refund.refundRef);
    if (!now || !isPending(now.status)) return;
    if (now.providerRef !== null) {
      await this.refunds.postpone(now, this.in(UNDER_WAY_MS));
    } else if (this.clock.now().getTime() - now.createdAt.getTime() < KEYS_LIVE_MS) {
      await this.send(now);
    } else {
      // Under its key it might be made twice now; the provider does not have it, so it was never made.
      await this.fail(now, NO_ANSWER);
    }
  }

  /** Its money stays promised, and it is tried again. */
  private async keep({ refundRef, paymentId }: Refund): Promise<void> {
    await this.writer.change(paymentId, ({ known, at }) => {
      const refund = known.refunds.find((each) => each.refundRef === refundRef);
      if (!refund || !isPending(refund.status)) return null;
      refund.status = 'submitted';
      refund.attempts += 1;
      refund.nextTryAt = new Date(at.getTime() + RETRY.base + backoff(refund.attempts, RETRY));
      return { refunds: [refund] };
    });
  }

  /** It may have been made already, by us or by others: the payment tells. */
  private async refused(refund: Refund, error: unknown): Promise<void> {
    const reason = refusalOf(error);
    if (reason === undefined) throw error;
    await this.sync.sync(refund.paymentId).catch(() => undefined);
    await this.fail(refund, reason);
  }

  private async fail({ refundRef, paymentId }: Refund, failureCode: string): Promise<void> {
    await this.writer.change(paymentId, ({ payment, known, at }) => {
      const refund = known.refunds.find((each) => each.refundRef === refundRef);
      if (!refund || !isPending(refund.status) || refund.providerRef !== null) return null;
      refund.status = 'failed';
      refund.failureCode = failureCode.slice(0, 100);
      refund.nextTryAt = null;
      payment.refundingAmount = pendingAmount(known.refunds);
      // What the customer is owed is decided anew, unless just that was refused: then it would be refused for ever.
      if (failureCode === NO_ANSWER || payment.refundableAmount < refund.amount) payment.nextCheckAt = at;
      return { refunds: [refund], facts: [{ type: 'payment.refund-failed', refund }] };
    });
  }

  private in(ms: number): Date {
    return new Date(this.clock.now().getTime() + ms);
  }
}

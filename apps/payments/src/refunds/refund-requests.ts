import type { Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { BY_HAND } from '../payments/payment-status.js';
import { PaymentWriter } from '../payments/payment-writer.js';
import type { Payment } from '../payments/payment.entity.js';
import type { RefundOrigin, RefundReason } from '../payments/refund-status.js';
import { Refund } from '../payments/refund.entity.js';
import { refundExceedsCaptured } from './refunds.errors.js';

export interface RefundRequest {
  refundRef: string;
  origin: RefundOrigin;
  reason: RefundReason;
  note: string | null;
  /** The user who asked for it; null for the platform and for operators. */
  requestedBy: number | null;
}

/** Joins the transaction that stores a refund. */
type AlsoIn = (tx: Tx, refund: Refund, payment: Payment) => Promise<void>;

/** Whoever has stored a refund sends it; if they cannot, others do so after this time. */
const GRACE_MS = 15_000;

/** Stores refunds. One at a time per payment, so that together they never exceed what was captured. */
@Injectable()
export class RefundRequests {
  constructor(private readonly writer: PaymentWriter) {}

  /**
   * Stores a refund of what `amountOf` says of the payment and its refunds as they are then, in minor units; undefined if
   * that is nothing.
   * Money that staff took by hand is given back by hand: such a refund has succeeded.
   */
  async store(
    paymentId: number,
    request: RefundRequest,
    amountOf: (payment: Payment, refunds: readonly Refund[]) => number,
    alsoIn: AlsoIn = () => Promise.resolve(),
  ): Promise<Refund | undefined> {
    let refund: Refund | undefined;
    await this.writer.change(paymentId, async ({ tx, payment, known, at }) => {
      const amount = amountOf(payment, known.refunds);
      refund = amount > 0 ? newRefund(payment, request, amount, at) : undefined;
      if (!refund) return null;
      await alsoIn(tx, refund, payment);
      if (payment.provider !== BY_HAND) {
        payment.refundingAmount += amount;
        return { refunds: [refund] };
      }
      payment.refundedAmount += amount;
      const movements = [{ kind: 'refunded' as const, amount, providerRef: request.refundRef }];
      return { movements, refunds: [refund], facts: [{ type: 'payment.refunded', refund }] };
    });
    return refund;
  }
}

/** `amount` in minor units; default what is left. @throws DomainError `refund-exceeds-captured` */
export function amountAsked(payment: Payment, amount = payment.refundableAmount): number {
  if (amount === 0 || amount > payment.refundableAmount) throw refundExceedsCaptured(payment);
  return amount;
}

function newRefund({ paymentId, provider }: Payment, request: RefundRequest, amount: number, at: Date): Refund {
  const byHand = provider === BY_HAND;
  return Object.assign(new Refund(), {
    ...request,
    paymentId,
    providerRef: byHand ? request.refundRef : null,
    status: byHand ? 'succeeded' : 'requested',
    amount,
    failureCode: null,
    attempts: 0,
    nextTryAt: byHand ? null : new Date(at.getTime() + GRACE_MS),
    createdAt: at,
    updatedAt: at,
  } as const);
}

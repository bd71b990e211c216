import { Idempotency, type Reply } from '@app/idempotency';
import { type Caller, type ListRequest, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { LedgerRepository } from '../payments/ledger.repository.js';
import { PaymentWriter } from '../payments/payment-writer.js';
import type { Payment } from '../payments/payment.entity.js';
import { PaymentsService } from '../payments/payments.service.js';
import { isPending, type RefundReason } from '../payments/refund-status.js';
import type { Refund } from '../payments/refund.entity.js';
import { amountAsked, RefundRequests } from './refund-requests.js';
import { RefundSender } from './refund-sender.js';

export interface AskForRefund {
  /** Minor units; default what is left. */
  amount?: number;
  reason: RefundReason;
  note?: string;
}

export interface RefundedPayment {
  payment: Payment;
  refund: Refund;
}

/** Refunds that staff ask for, and what has become of all of them. */
@Injectable()
export class RefundsService {
  constructor(
    private readonly payments: PaymentsService,
    private readonly ledger: LedgerRepository,
    private readonly requests: RefundRequests,
    private readonly sender: RefundSender,
    private readonly writer: PaymentWriter,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Refunds a payment, or a part of it. What the provider has not said is found out later: the refund stays `submitted`.
   * The same Idempotency-Key is the same refund.
   *
   * @throws DomainError `not-found`, `refund-exceeds-captured`
   */
  async refund(
    paymentId: number,
    { amount, reason, note }: AskForRefund,
    caller: Caller,
    reply: Reply<RefundedPayment>,
  ): Promise<RefundedPayment> {
    const refundRef = this.idempotency.reference(reply.claim);
    const earlier = (await this.ledger.refunds(paymentId)).find((each) => each.refundRef === refundRef);
    if (!earlier) {
      const asked = { refundRef, origin: 'staff', reason, note: note ?? null, requestedBy: caller.user_id } as const;
      const stored = await this.requests.store(paymentId, asked, (payment) => amountAsked(payment, amount));
      if (stored && isPending(stored.status)) await this.sender.send(stored);
    }
    return this.answer(paymentId, refundRef, reply);
  }

  /** @throws DomainError `not-found` */
  async list(paymentId: number, request: ListRequest, caller: Caller): Promise<Page<Refund> & { payment: Payment }> {
    const payment = await this.payments.get(paymentId, { caller });
    return { ...(await this.ledger.refundsPage(paymentId, request)), payment };
  }

  private async answer(
    paymentId: number,
    refundRef: string,
    { claim, answer }: Reply<RefundedPayment>,
  ): Promise<RefundedPayment> {
    let found: Refund | undefined;
    const payment = await this.writer.change(paymentId, async ({ tx, payment: current, known }) => {
      found = known.refunds.find((each) => each.refundRef === refundRef);
      if (found) await this.idempotency.commit(tx, claim, answer({ payment: current, refund: found }));
      return null;
    });
    if (!found) throw new Error(`The refund ${refundRef} of payment ${paymentId} is gone.`);
    return { payment, refund: found };
  }
}

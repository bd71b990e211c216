import { randomUUID } from 'node:crypto';
import { AuditLog } from '@app/audit';
import { Injectable } from '@nestjs/common';
import { isPending, type RefundReason } from '../payments/refund-status.js';
import type { Refund } from '../payments/refund.entity.js';
import { amountAsked, RefundRequests } from '../refunds/refund-requests.js';
import { RefundSender } from '../refunds/refund-sender.js';
import { RefundsRepository } from '../refunds/refunds.repository.js';
import { audited } from './payments-admin.service.js';

export interface OperatorsRefund {
  /** Minor units; default what is left. */
  amount: number | undefined;
  reason: RefundReason;
  note: string | undefined;
}

/** Refunds at an operator's word, each with its row in the audit log. */
@Injectable()
export class RefundsAdminService {
  constructor(
    private readonly requests: RefundRequests,
    private readonly sender: RefundSender,
    private readonly refunds: RefundsRepository,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Stores a refund with its audit row, and sends it. Returns it as it is then: `submitted` if nobody knows the outcome
   * yet, which the service finds out; `failed` if the provider has refused it.
   *
   * @throws DomainError `not-found`, `refund-exceeds-captured`
   */
  async refund(paymentId: number, { amount, reason, note }: OperatorsRefund, operator: string): Promise<Refund> {
    const request = {
      refundRef: randomUUID(),
      origin: 'staff',
      reason,
      note: note ?? null,
      requestedBy: null,
    } as const;
    const who = { operator, action: 'payments.refund', target: String(paymentId) };
    const stored = await this.requests.store(
      paymentId,
      request,
      (payment) => amountAsked(payment, amount),
      (tx, { amount: refunded }, payment) => {
        const after = { refund_ref: request.refundRef, amount: refunded, currency: payment.currency, reason };
        return this.audit.record({ ...who, before: audited(payment), after }, tx);
      },
    );
    if (stored && isPending(stored.status)) await this.sender.send(stored);
    const refund = await this.refunds.findByRef(request.refundRef);
    if (!refund) throw new Error(`The refund ${request.refundRef} of payment ${paymentId} is gone.`);
    return refund;
  }
}

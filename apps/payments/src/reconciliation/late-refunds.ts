import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { isPending } from '../payments/refund-status.js';
import type { Refund } from '../payments/refund.entity.js';
import { RefundRequests } from '../refunds/refund-requests.js';
import { RefundSender } from '../refunds/refund-sender.js';
import { RefundsRepository } from '../refunds/refunds.repository.js';
import { type OwedBack, stillOwed } from './owed-back.js';

/** Gives back what the platform owes. */
@Injectable()
export class LateRefunds {
  constructor(
    private readonly refunds: RefundsRepository,
    private readonly requests: RefundRequests,
    private readonly sender: RefundSender,
  ) {}

  /** Whoever made them. */
  ofOrder(orderId: number): Promise<Refund[]> {
    return this.refunds.ofOrder(orderId);
  }

  /** How much is decided on the payment as it is when the refund is stored: another process may have been faster. */
  async giveBack(paymentId: number, owed: OwedBack): Promise<void> {
    const request = {
      refundRef: randomUUID(),
      origin: 'order',
      reason: owed.reason,
      note: null,
      requestedBy: null,
    } as const;
    const refund = await this.requests.store(paymentId, request, (payment, refunds) =>
      stillOwed(payment, refunds, owed),
    );
    if (refund && isPending(refund.status)) await this.sender.send(refund);
  }
}

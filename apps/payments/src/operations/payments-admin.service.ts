import { AuditLog } from '@app/audit';
import { Injectable } from '@nestjs/common';
import { LedgerRepository } from '../payments/ledger.repository.js';
import type { PaymentEntry } from '../payments/payment-entry.entity.js';
import type { PaymentFilter } from '../payments/payment-list.js';
import { PaymentSync } from '../payments/payment-sync.js';
import type { Payment } from '../payments/payment.entity.js';
import { PaymentsRepository } from '../payments/payments.repository.js';
import type { Refund } from '../payments/refund.entity.js';

export interface PaymentDetails {
  payment: Payment;
  /** The first 100 of each, oldest first. */
  entries: PaymentEntry[];
  refunds: Refund[];
}

const FIRST = { page: 1, page_size: 100, with_total: false, sort: { field: 'at', descending: false } };

/** Operators' access to payments. Each change writes a row to the audit log. */
@Injectable()
export class PaymentsAdminService {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly ledger: LedgerRepository,
    private readonly sync: PaymentSync,
    private readonly audit: AuditLog,
  ) {}

  /** Returns the newest first, at most `limit`. */
  async list(filter: PaymentFilter, limit: number): Promise<Payment[]> {
    const sort = { field: 'created_at', descending: true };
    return (await this.payments.page(filter, { page: 1, page_size: limit, with_total: false, sort })).items;
  }

  /** @throws DomainError `not-found` */
  get(paymentId: number): Promise<Payment> {
    return this.payments.getById(paymentId);
  }

  /** @throws DomainError `not-found` */
  async details(paymentId: number): Promise<PaymentDetails> {
    const payment = await this.payments.getById(paymentId);
    const [entries, refunds] = [
      await this.ledger.entriesPage(paymentId, FIRST),
      await this.ledger.refundsPage(paymentId, FIRST),
    ];
    return { payment, entries: entries.items, refunds: refunds.items };
  }

  /**
   * Asks the provider now. `record` writes the audit row, if anything has changed: what the provider says is written by
   * transactions of its own.
   *
   * @throws DomainError `not-found`, `payment-provider-unavailable`
   */
  async refresh(
    paymentId: number,
    operator: string,
  ): Promise<{ payment: Payment; changed: boolean; record: () => Promise<void> }> {
    const before = await this.payments.getById(paymentId);
    const payment = await this.sync.sync(paymentId);
    const who = { operator, action: 'payments.refresh', target: String(paymentId) };
    const record = () => this.audit.record({ ...who, before: audited(before), after: audited(payment) });
    return { payment, changed: payment.version !== before.version, record };
  }
}

/** Amounts in minor units. */
export function audited({ status, capturedAmount, refundedAmount, version }: Payment): object {
  return { status, captured: capturedAmount, refunded: refundedAmount, version };
}

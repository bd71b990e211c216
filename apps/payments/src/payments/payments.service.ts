import { DomainError, hasRole, type ListRequest, type Page, type Visitor } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Idempotency } from '@app/idempotency';
import { LedgerRepository } from './ledger.repository.js';
import { OrdersClient } from './orders.client.js';
import type { PaymentEntry } from './payment-entry.entity.js';
import type { PaymentFilter } from './payment-list.js';
import type { Payment } from './payment.entity.js';
import { noSuchPayment } from './payments.errors.js';
import { PaymentsRepository } from './payments.repository.js';

/** Reads payments as far as the caller may: another customer's do not exist. */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly payments: PaymentsRepository,
    private readonly ledger: LedgerRepository,
    private readonly orders: OrdersClient,
    private readonly idempotency: Idempotency,
  ) {}

  /** @throws DomainError `not-found` */
  getById(paymentId: number): Promise<Payment> {
    return this.payments.getById(paymentId);
  }

  /** @throws DomainError `not-found`, also for somebody else's */
  async get(paymentId: number, { caller, guest }: Visitor): Promise<Payment> {
    const payment = await this.payments.getById(paymentId);
    if (hasRole(caller, 'staff') || (caller && payment.userId === caller.user_id)) return payment;
    if (!guest) throw noSuchPayment();
    // Only orders knows whose token it is.
    await this.orders.get(payment.orderId, { guest }).catch((error: unknown) => {
      throw error instanceof DomainError && error.code === 'not-found' ? noSuchPayment() : error;
    });
    return payment;
  }

  list(filter: PaymentFilter, request: ListRequest): Promise<Page<Payment>> {
    return this.payments.page(filter, request);
  }

  /** @throws DomainError `not-found` for somebody else's order */
  async listOf(orderId: number, request: ListRequest, visitor: Visitor): Promise<Page<Payment>> {
    await this.orders.get(orderId, visitor);
    return this.payments.page({ order_id: orderId }, request);
  }

  async entries(paymentId: number, request: ListRequest): Promise<Page<PaymentEntry>> {
    await this.payments.getById(paymentId);
    return this.ledger.entriesPage(paymentId, request);
  }

  /** Erases the personal data of a customer; amounts and refs stay for the books. */
  async eraseCustomer(userId: number): Promise<void> {
    await this.payments.eraseCustomer(userId);
    await this.idempotency.forget(userId);
  }
}

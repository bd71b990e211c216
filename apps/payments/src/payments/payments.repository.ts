import { Database, forUpdate, type Tx } from '@app/database';
import type { ListRequest, Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { assertCursor, type PaymentFilter, paymentList } from './payment-list.js';
import { Payment } from './payment.entity.js';
import { noSuchPayment } from './payments.errors.js';

@Injectable()
export class PaymentsRepository {
  constructor(private readonly database: Database) {}

  findById(paymentId: number): Promise<Payment | null> {
    return this.database.findOne(Payment, 'WHERE payment_id = ?', [paymentId]);
  }

  /** @throws DomainError `not-found` */
  async getById(paymentId: number): Promise<Payment> {
    const payment = await this.findById(paymentId);
    if (!payment) throw noSuchPayment();
    return payment;
  }

  findByRef(paymentRef: string): Promise<Payment | null> {
    return this.database.findOne(Payment, 'WHERE payment_ref = ?', [paymentRef]);
  }

  findByProviderRef(provider: string, providerRef: string): Promise<Payment | null> {
    return this.database.findOne(Payment, 'WHERE provider = ? AND provider_ref = ?', [provider, providerRef]);
  }

  findOpen(orderId: number): Promise<Payment | null> {
    return this.database.findOne(Payment, 'WHERE open_order_id = ?', [orderId]);
  }

  /** Oldest first. */
  ofOrder(orderId: number, tx?: Tx): Promise<Payment[]> {
    return this.database.find(Payment, 'WHERE order_id = ? ORDER BY payment_id', [orderId], tx);
  }

  async page(filter: PaymentFilter, request: ListRequest): Promise<Page<Payment>> {
    assertCursor(request);
    return paymentList(filter, this.database.statements(Payment)).page(this.database, request);
  }

  /** Stores a new payment and fills in its id. */
  async insert(payment: Payment, tx?: Tx): Promise<void> {
    payment.paymentId = (await this.database.insert(Payment, [payment], { tx })).insertId;
  }

  /** Whether an insert failed since the order has an open payment, or since this attempt or payment exists. */
  isDuplicate(error: unknown): boolean {
    return this.database.isDuplicate(error);
  }

  /** Locks the payment until the transaction ends. @throws DomainError `not-found` */
  async lock(tx: Tx, paymentId: number): Promise<Payment> {
    const locked = `WHERE payment_id = ?${forUpdate(this.database.dialect)}`;
    const payment = await this.database.findOne(Payment, locked, [paymentId], tx);
    if (!payment) throw noSuchPayment();
    return payment;
  }

  /** Writes a locked payment. */
  update(tx: Tx, payment: Payment): Promise<void> {
    return this.database.replace(Payment, payment, tx);
  }

  /** The payments that are to be looked after, those that wait longest first. */
  due(now: Date, limit: number): Promise<Payment[]> {
    return this.database.find(Payment, `WHERE next_check_at <= ? ORDER BY next_check_at LIMIT ${limit}`, [now]);
  }

  /** Lets all payments of an order be checked at once. Returns how many there are. */
  async checkNow(orderId: number, now: Date): Promise<number> {
    return (await this.database.execute('UPDATE payments SET next_check_at = ? WHERE order_id = ?', [now, orderId]))
      .affected;
  }

  /** Moves the next check, unless somebody has moved it since it was read. Readers see no change. */
  async reschedule(paymentId: number, from: Date, to: Date | null): Promise<boolean> {
    const sql = 'UPDATE payments SET next_check_at = ? WHERE payment_id = ? AND next_check_at = ?';
    return (await this.database.execute(sql, [to, paymentId, from])).affected === 1;
  }

  /** Gives the payments of a guest's order to a customer. */
  async assign(orderId: number, userId: number): Promise<void> {
    const sql = 'UPDATE payments SET user_id = ?, version = version + 1 WHERE order_id = ? AND user_id IS NULL';
    await this.database.execute(sql, [userId, orderId]);
  }

  /** Erases the personal data of a customer's payments. */
  async eraseCustomer(userId: number): Promise<void> {
    const sql = `UPDATE payments SET customer_email = '', customer_name = NULL, return_url = NULL, cancel_reason = NULL
      WHERE user_id = ?`;
    await this.database.execute(sql, [userId]);
  }
}

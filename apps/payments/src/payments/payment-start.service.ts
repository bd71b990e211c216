import type { Tx } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { hasRole, isUnavailable, type Visitor } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { amountDue } from './amount-due.js';
import { type Asked, NewPayments } from './new-payments.js';
import { OrdersClient } from './orders.client.js';
import { PaymentAttempts } from './payment-attempts.js';
import { BY_HAND, isOpen, type PaymentMethod } from './payment-status.js';
import { PaymentWriter } from './payment-writer.js';
import type { Payment } from './payment.entity.js';
import { onlyStaffPayByHand, orderNotPayable, paymentBusy, paymentInProgress } from './payments.errors.js';
import { PaymentsRepository } from './payments.repository.js';

export interface PayOrder {
  method: PaymentMethod;
  return_url?: string;
}

/** Begins payments. Order first, then money: what is owed is asked from orders, never taken from a client. */
@Injectable()
export class PaymentStartService {
  constructor(
    private readonly orders: OrdersClient,
    private readonly payments: PaymentsRepository,
    private readonly fresh: NewPayments,
    private readonly attempts: PaymentAttempts,
    private readonly writer: PaymentWriter,
    private readonly idempotency: Idempotency,
  ) {}

  /**
   * Begins a payment of what the order still costs. The same Idempotency-Key goes on with the same attempt, also after
   * the provider did not answer.
   *
   * @throws DomainError `not-found`, `order-not-payable`, `payment-in-progress`, `payment-provider-unavailable`
   */
  async start(
    orderId: number,
    { method, return_url }: PayOrder,
    visitor: Visitor,
    reply: Reply<Payment>,
  ): Promise<Payment> {
    if (method === BY_HAND && !hasRole(visitor.caller, 'staff')) throw onlyStaffPayByHand();
    const order = await this.orders.get(orderId, visitor);
    const paymentRef = this.idempotency.reference(reply.claim);
    const earlier = await this.payments.findByRef(paymentRef);
    if (earlier && !isUnsent(earlier)) return this.answerWith(earlier, reply);
    if (order.unpayable) throw orderNotPayable(order.unpayable);
    if (earlier) return this.send(earlier, reply);
    const all = await this.payments.ofOrder(orderId);
    const open = all.find(({ status }) => isOpen(status));
    if (open && method !== BY_HAND) throw paymentInProgress(open);
    const amount = amountDue(order, all);
    if (amount === 0) throw orderNotPayable('already-paid');
    const asked = { paymentRef, order, amount, returnUrl: return_url ?? null };
    return method === BY_HAND ? this.payByHand(asked, reply) : this.send(await this.store(asked), reply);
  }

  /** Writes down money that staff have in hand. Undefined if the order was paid by hand before. */
  async recordByHand(asked: Asked, alsoIn: (tx: Tx, payment: Payment) => Promise<void>): Promise<Payment | undefined> {
    const payment = this.fresh.byHand(asked);
    const { amount } = asked;
    const movements = (['authorized', 'captured'] as const).map((kind) => ({
      kind,
      amount,
      providerRef: asked.order.order_ref,
    }));
    try {
      await this.writer.insert(payment, { movements, facts: [{ type: 'payment.captured' }] }, (tx) =>
        alsoIn(tx, payment),
      );
      return payment;
    } catch (error) {
      if (this.payments.isDuplicate(error)) return undefined;
      throw error;
    }
  }

  private async payByHand(asked: Asked, reply: Reply<Payment>): Promise<Payment> {
    const payment = await this.recordByHand(asked, (tx, payment) => this.commit(tx, payment, reply));
    if (!payment) throw orderNotPayable('already-paid');
    return payment;
  }

  /** Another request may have stored one since: the unique key lets the order have one open payment. */
  private async store(asked: Asked): Promise<Payment> {
    const payment = this.fresh.byCard(asked);
    try {
      await this.payments.insert(payment);
      return payment;
    } catch (error) {
      if (!this.payments.isDuplicate(error)) throw error;
      const open = await this.payments.findOpen(asked.order.order_id);
      throw open ? paymentInProgress(open) : paymentBusy();
    }
  }

  private async send(payment: Payment, reply: Reply<Payment>): Promise<Payment> {
    try {
      return await this.attempts.send(payment, (tx, sent) => this.commit(tx, sent, reply));
    } catch (error) {
      if (isUnavailable(error)) this.idempotency.keepReference(reply.claim);
      throw error;
    }
  }

  private answerWith(payment: Payment, reply: Reply<Payment>): Promise<Payment> {
    return this.writer.change(payment.paymentId, async ({ tx, payment: current }) => {
      await this.commit(tx, current, reply);
      return null;
    });
  }

  private commit(tx: Tx, payment: Payment, { claim, answer }: Reply<Payment>): Promise<void> {
    return this.idempotency.commit(tx, claim, answer(payment), payment.userId ?? undefined);
  }
}

/** The provider may not have heard of it. */
function isUnsent({ providerRef, status }: Payment): boolean {
  return providerRef === null && isOpen(status);
}

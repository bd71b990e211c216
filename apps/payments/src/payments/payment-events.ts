import type { Tx } from '@app/database';
import { type EventPayloads, makeEnvelope, type PaymentPayload } from '@app/events';
import { afterCommit, currentContext, formatMoney } from '@app/kernel';
import { Outbox } from '@app/outbox';
import { declareMetric, Metrics } from '@app/telemetry';
import { Injectable } from '@nestjs/common';
import type { Payment } from './payment.entity.js';
import type { Fact } from './provider-state.js';

export const MISMATCHES = declareMetric(
  'count',
  'payment_mismatches_total',
  'Payments of another amount or currency than was asked: staff decide about them.',
);

/** The events about payments, appended to the outbox in the transaction that makes them true. */
@Injectable()
export class PaymentEvents {
  constructor(
    private readonly outbox: Outbox,
    private readonly metrics: Metrics,
  ) {}

  async append(tx: Tx, payment: Payment, facts: readonly Fact[]): Promise<void> {
    const { requestId, traceparent } = currentContext();
    for (const fact of facts) {
      const event = makeEnvelope(fact.type, {
        aggregate_id: payment.paymentId,
        aggregate_version: payment.version,
        request_id: requestId,
        traceparent,
        occurred_at: payment.updatedAt,
        payload: payloadOf(payment, fact),
      });
      await this.outbox.append(tx, event);
      if (fact.type === 'payment.mismatch') afterCommit(() => this.metrics.count(MISMATCHES, {}));
    }
  }
}

function payloadOf(payment: Payment, fact: Fact): EventPayloads[Fact['type']] {
  const common = paymentPayload(payment);
  switch (fact.type) {
    case 'payment.authorized':
    case 'payment.captured':
    case 'payment.cancelled':
      return common;
    case 'payment.failed':
      return {
        ...common,
        failure_code: payment.failureCode ?? 'unknown',
        failure_message: payment.failureMessage ?? '',
        return_url: payment.returnUrl,
      };
    case 'payment.refunded':
    case 'payment.refund-failed':
      return {
        ...common,
        refund_id: fact.refund.refundId,
        refund_ref: fact.refund.refundRef,
        refund_amount: formatMoney(fact.refund.amount, payment.currency),
        refund_reason: fact.refund.reason,
        refund_failure_code: fact.refund.failureCode,
      };
    case 'payment.disputed':
      return {
        ...common,
        dispute_ref: fact.dispute.provider_ref,
        dispute_amount: formatMoney(fact.dispute.amount, payment.currency),
        dispute_status: fact.dispute.status,
      };
    case 'payment.mismatch':
      return { ...common, paid_amount: formatMoney(fact.amount, fact.currency), paid_currency: fact.currency };
  }
}

function paymentPayload(payment: Payment): PaymentPayload {
  const money = (minor: number) => formatMoney(minor, payment.currency);
  const { customerName, customerEmailVerified } = payment;
  return {
    payment_id: payment.paymentId,
    payment_ref: payment.paymentRef,
    order_id: payment.orderId,
    order_ref: payment.orderRef,
    user_id: payment.userId,
    customer_email: payment.customerEmail,
    ...(customerName !== null && { customer_name: customerName }),
    ...(customerEmailVerified !== null && { customer_email_verified: customerEmailVerified }),
    method: payment.method,
    status: payment.status,
    amount: money(payment.amount),
    currency: payment.currency,
    authorized_amount: money(payment.authorizedAmount),
    captured_amount: money(payment.capturedAmount),
    refunded_amount: money(payment.refundedAmount),
    disputed_amount: money(payment.disputedAmount),
    mismatch: payment.mismatch,
    created_at: payment.createdAt.toISOString(),
  };
}

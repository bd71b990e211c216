import { randomUUID } from 'node:crypto';
import type { ProviderDispute, ProviderPayment, ProviderRefund } from '../providers/provider-payment.js';
import { amountsOf, type Movement, missingMovements } from './ledger.js';
import type { Payment } from './payment.entity.js';
import { isOpen, TRANSITIONS } from './payment-status.js';
import { isPending, REFUND_TRANSITIONS, type RefundStatus } from './refund-status.js';
import { Refund } from './refund.entity.js';

/** Something that others should know; each is published once. */
export type Fact =
  | { type: 'payment.authorized' | 'payment.captured' | 'payment.failed' | 'payment.cancelled' }
  | { type: 'payment.mismatch'; amount: number; currency: string }
  | { type: 'payment.refunded' | 'payment.refund-failed'; refund: Refund }
  | { type: 'payment.disputed'; dispute: ProviderDispute };

/** What is stored about a payment besides its row. */
export interface Known {
  entries: readonly Movement[];
  refunds: readonly Refund[];
}

export interface Applied {
  changed: boolean;
  movements: Movement[];
  /** Those that changed, and those that we did not know. */
  refunds: Refund[];
  facts: Fact[];
}

/**
 * Writes what the provider says into the payment: absolute amounts and the present status, so that neither the order
 * nor the number of messages matters. The answer to a call, a refresh, an event and the reconciliation all end here.
 */
export function applyProviderState(payment: Payment, known: Known, seen: ProviderPayment, at: Date): Applied {
  const before = snapshot(payment);
  const { status, mismatch, disputedAmount } = payment;
  // Amounts in another currency would be added to ours.
  const ours = seen.currency === payment.currency ? seen : { ...seen, refunds: [], disputes: [] };
  const movements = ours === seen ? missingMovements(seen, known.entries) : [];
  const changedRefunds = applyRefunds(payment, known.refunds, ours.refunds, at);
  const refunds = changedRefunds.map(({ refund }) => refund);
  takeAmounts(payment, amountsOf([...known.entries, ...movements]), [...known.refunds, ...refunds]);
  takeStatus(payment, seen);
  payment.mismatch ||= isMismatch(payment, seen);
  // Others may have to be told, or paid back: that is looked after at once. Money that a won dispute brings back may be
  // too much by now.
  const isMoved = payment.status !== status || payment.disputedAmount < disputedAmount;
  if (isMoved && !isOpen(payment.status)) payment.nextCheckAt = at;
  return {
    changed: snapshot(payment) !== before || movements.length > 0 || refunds.length > 0,
    movements,
    refunds,
    facts: [
      ...statusFacts(payment, seen, { status, mismatch }),
      ...changedRefunds.flatMap(refundFact),
      ...movements.flatMap((movement) => disputeFact(movement, ours.disputes)),
    ],
  };
}

function takeAmounts(
  payment: Payment,
  { authorized, captured, refunded, disputed }: ReturnType<typeof amountsOf>,
  refunds: readonly Refund[],
): void {
  payment.authorizedAmount = authorized;
  payment.capturedAmount = captured;
  payment.refundedAmount = refunded;
  payment.disputedAmount = disputed;
  payment.refundingAmount = pendingAmount(refunds);
}

/** The money of refunds that have not ended. */
export function pendingAmount(refunds: readonly Refund[]): number {
  const pending = new Set(refunds.filter(({ status }) => isPending(status)));
  return [...pending].reduce((sum, { amount }) => sum + amount, 0);
}

function takeStatus(payment: Payment, seen: ProviderPayment): void {
  if (TRANSITIONS[payment.status].includes(seen.status)) payment.status = seen.status;
  const open = isOpen(payment.status);
  const failure = payment.status === 'failed' ? seen.failure : null;
  payment.providerRef = seen.provider_ref;
  payment.openOrderId = open ? payment.orderId : null;
  payment.clientSecret = open ? seen.client_secret : null;
  payment.captureBefore = seen.capture_before === null ? null : new Date(seen.capture_before);
  payment.failureCode = failure?.code.slice(0, 100) ?? null;
  payment.failureMessage = failure?.message.slice(0, 500) ?? null;
}

/** Only the amount that was asked, in the currency that was asked, pays an order. */
function isMismatch(payment: Payment, seen: ProviderPayment): boolean {
  const { status, amount, captureAmount, currency } = payment;
  if (status !== 'authorized' && status !== 'captured') return false;
  const paid = status === 'captured' ? seen.captured_amount : seen.authorized_amount;
  const asked = status === 'captured' ? (captureAmount ?? amount) : amount;
  return seen.currency !== currency || paid !== asked;
}

function statusFacts(
  { status, mismatch }: Payment,
  { captured_amount, authorized_amount, currency }: ProviderPayment,
  before: Pick<Payment, 'status' | 'mismatch'>,
): Fact[] {
  if (mismatch && !before.mismatch) {
    return [{ type: 'payment.mismatch', amount: captured_amount || authorized_amount, currency }];
  }
  if (status === before.status) return [];
  if (status === 'failed' || status === 'cancelled') return [{ type: `payment.${status}` }];
  return (status === 'authorized' || status === 'captured') && !mismatch ? [{ type: `payment.${status}` }] : [];
}

interface ChangedRefund {
  refund: Refund;
  /** Whether it has another status now. */
  moves: boolean;
}

function applyRefunds(
  { paymentId }: Payment,
  known: readonly Refund[],
  seen: readonly ProviderRefund[],
  at: Date,
): ChangedRefund[] {
  return seen.flatMap((each) => {
    const ours = known.find(
      ({ providerRef, refundRef }) => providerRef === each.provider_ref || refundRef === each.refund_ref,
    );
    const refund = ours ?? newRefund(paymentId, each, at);
    const next: RefundStatus = each.status === 'pending' ? 'submitted' : each.status;
    // Without a name at the provider its status was ours alone, such as that of a refund that was given up.
    const isAssumed = refund.providerRef === null;
    const moves = isAssumed ? refund.status !== next : REFUND_TRANSITIONS[refund.status].includes(next);
    if (!moves && refund.providerRef === each.provider_ref) return [];
    if (moves) refund.status = next;
    refund.providerRef = each.provider_ref;
    refund.failureCode = refund.status === 'failed' ? (each.failure_code ?? 'unknown') : null;
    refund.nextTryAt = isPending(refund.status) ? (refund.nextTryAt ?? at) : null;
    return [{ refund, moves }];
  });
}

/** A refund that was made at the provider is as real as ours. */
function newRefund(paymentId: number, { amount }: ProviderRefund, at: Date): Refund {
  return Object.assign(new Refund(), {
    refundRef: randomUUID(),
    paymentId,
    providerRef: null,
    status: 'requested',
    amount,
    origin: 'provider',
    reason: 'other',
    note: null,
    failureCode: null,
    requestedBy: null,
    attempts: 0,
    nextTryAt: at,
    createdAt: at,
    updatedAt: at,
  } satisfies Omit<Refund, 'refundId'>);
}

function refundFact({ refund, moves }: ChangedRefund): Fact[] {
  if (!moves || isPending(refund.status)) return [];
  return [{ type: refund.status === 'succeeded' ? 'payment.refunded' : 'payment.refund-failed', refund }];
}

function disputeFact({ kind, providerRef }: Movement, disputes: readonly ProviderDispute[]): Fact[] {
  const dispute = disputes.find(({ provider_ref }) => provider_ref === providerRef);
  return dispute && (kind === 'disputed' || kind === 'dispute_won') ? [{ type: 'payment.disputed', dispute }] : [];
}

function snapshot(payment: Payment): string {
  return JSON.stringify({ ...payment, nextCheckAt: undefined });
}

import type { Call } from '../call.js';
import { newId } from '../ids.js';
import type { Charge, Refund } from '../objects.js';
import { choice, integer, metadata, merge, type Metadata, text } from '../params.js';
import { listBy, oneOf } from '../reads.js';
import type { Route } from '../router.js';
import { refused } from '../stripe-error.js';
import { cardOf } from './payment-methods.js';

export const routes: Route[] = [
  { method: 'POST', path: '/v1/refunds', handle: create },
  { method: 'GET', path: '/v1/refunds', handle: listBy('refund', 'payment_intent', 'charge') },
  { method: 'GET', path: '/v1/refunds/{id}', handle: oneOf('refund') },
];

const CREATE = {
  amount: integer(),
  charge: text,
  metadata,
  payment_intent: text,
  reason: choice('duplicate', 'fraudulent', 'requested_by_customer'),
};

function create(call: Call): Refund {
  const given = call.read(CREATE);
  const charge = chargeOf(call, given);
  const rest = charge.amount - charge.amount_refunded;
  const { amount = rest, reason = null } = given;
  assertRefundable(call, charge, { amount, rest });
  return addRefund(call, charge, { amount, reason, metadata: merge({}, given.metadata) });
}

function chargeOf(call: Call, given: { charge: string | undefined; payment_intent: string | undefined }): Charge {
  if (given.charge !== undefined) return call.named('charge', given.charge, 'charge');
  if (given.payment_intent === undefined)
    throw refused('One of the following params should be provided for this request: payment_intent or charge.');
  const intent = call.named('payment_intent', given.payment_intent, 'payment_intent');
  const charge = call.desk.store.find('charge', intent.latest_charge ?? '');
  if (charge?.status === 'succeeded') return charge;
  throw refused(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
}

function assertRefundable(call: Call, charge: Charge, { amount, rest }: { amount: number; rest: number }): void {
  if (!charge.captured)
    throw refused(
      `This uncaptured Charge was created by a PaymentIntent (${charge.payment_intent}). You must cancel the PaymentIntent ` +
        'to reverse the authorization instead of refunding the Charge directly.',
    );
  if (charge.disputed && isTakenBack(call, charge))
    throw refused(`Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' });
  if (rest === 0) throw refused(`Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' });
  // Stripe gives this one no code.
  if (amount > rest)
    throw refused(`Refund amount (${amount}) is greater than unrefunded amount on charge (${rest})`, {
      param: 'amount',
    });
}

/** Whether a bank has the money: a dispute that was won has given it back. */
function isTakenBack({ desk }: Call, { id }: Charge): boolean {
  const disputes = desk.store.list('dispute', [{ sql: 'charge = ?', value: id }], 'DESC', 100);
  return disputes.some(({ status }) => status !== 'won');
}

interface RefundTerms {
  amount: number;
  reason: string | null;
  metadata: Metadata;
}

/** Stores a refund and its charge. Some test cards settle it later. */
function addRefund(call: Call, charge: Charge, terms: RefundTerms): Refund {
  const { does } = cardOf(charge.payment_method_details.card.last4);
  const refund = newRefund(call, charge, terms);
  if (does === 'refund late') refund.status = 'pending';
  refundOnCharge(call, charge, terms.amount, 'charge.refunded');
  call.save(refund, 'refund.created');
  if (does === 'refund late' || does === 'fail refunds') {
    const { store, now, settings } = call.desk;
    store.later('settle_refund', refund.id, now() + settings.settle_refunds_ms);
  }
  return refund;
}

/**
 * Releases what is never captured. Stripe marks it as refunded (API reference, Capture a charge) and lists a refund without
 * a balance transaction, since no money moves: whoever sums up refunds must know these apart.
 */
export function releaseRest(call: Call, charge: Charge): void {
  const amount = charge.amount - charge.amount_captured;
  if (amount === 0) return;
  const refund = newRefund(call, charge, { amount, reason: null, metadata: {} });
  refundOnCharge(call, charge, amount, 'charge.refunded');
  call.save({ ...refund, balance_transaction: null }, 'refund.created');
}

/** Ends a refund that did not end at once. */
export function settleRefund(call: Call, id: string): void {
  const refund = call.desk.store.find('refund', id);
  if (!refund) return;
  if (refund.status === 'pending') {
    call.save({ ...refund, status: 'succeeded' as const }, 'refund.updated', 'charge.refund.updated');
    return;
  }
  const failed = { failure_reason: 'expired_or_canceled_card', failure_balance_transaction: newId('txn') };
  const events = ['refund.updated', 'refund.failed', 'charge.refund.updated'];
  const charge = call.desk.store.find('charge', refund.charge);
  if (charge) refundOnCharge(call, charge, -refund.amount);
  call.save({ ...refund, ...failed, status: 'failed' as const }, ...events);
}

function refundOnCharge(call: Call, charge: Charge, amount: number, ...events: string[]): void {
  const amount_refunded = charge.amount_refunded + amount;
  call.save(Object.assign(charge, { amount_refunded, refunded: amount_refunded === charge.amount }), ...events);
}

const newRefund = (call: Call, charge: Charge, terms: RefundTerms): Refund & Record<string, unknown> => ({
  ...terms,
  id: newId('re'),
  object: 'refund',
  balance_transaction: newId('txn'),
  charge: charge.id,
  created: call.now,
  currency: charge.currency,
  customer: null,
  customer_account: null,
  destination_details: {
    card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
    type: 'card',
  },
  payment_intent: charge.payment_intent,
  payment_method: charge.payment_method,
  receipt_number: null,
  source_transfer_reversal: null,
  status: 'succeeded',
  transfer_reversal: null,
});

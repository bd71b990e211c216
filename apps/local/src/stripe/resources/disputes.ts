import type { Call } from '../call.js';
import { newId } from '../ids.js';
import type { Charge, Dispute } from '../objects.js';
import { listBy, oneOf } from '../reads.js';
import type { Route } from '../router.js';

const ANSWER_WITHIN_S = 7 * 86_400;

export const routes: Route[] = [
  { method: 'GET', path: '/v1/disputes', handle: listBy('dispute', 'payment_intent', 'charge') },
  { method: 'GET', path: '/v1/disputes/{id}', handle: oneOf('dispute') },
];

/** Takes back, for the buyer's bank, what was captured and not refunded. */
export function openDispute(call: Call, charge: Charge): Dispute {
  const events = ['charge.dispute.created', 'charge.dispute.funds_withdrawn'];
  call.save(Object.assign(charge, { disputed: true }));
  return call.save(newDispute(call, charge), ...events);
}

/** Ends a dispute; one that is won gives the money back. */
export function closeDispute(call: Call, dispute: Dispute, status: 'won' | 'lost'): Dispute {
  const events = [...(status === 'won' ? ['charge.dispute.funds_reinstated'] : []), 'charge.dispute.closed'];
  return call.save({ ...dispute, status }, ...events);
}

const newDispute = (call: Call, charge: Charge): Dispute & Record<string, unknown> => ({
  id: newId('dp'),
  object: 'dispute',
  amount: charge.amount - charge.amount_refunded,
  balance_transactions: [],
  charge: charge.id,
  created: call.now,
  currency: charge.currency,
  enhanced_eligibility_types: [],
  evidence: noEvidence(),
  evidence_details: {
    due_by: call.now + ANSWER_WITHIN_S,
    enhanced_eligibility: {},
    has_evidence: false,
    past_due: false,
    submission_count: 0,
  },
  is_charge_refundable: false,
  livemode: false,
  metadata: {},
  payment_intent: charge.payment_intent,
  payment_method_details: {
    card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
    type: 'card',
  },
  reason: 'fraudulent',
  status: 'needs_response',
});

const EVIDENCE =
  'access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal ' +
  'customer_communication customer_email_address customer_name customer_purchase_ip customer_signature ' +
  'duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt ' +
  'refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation ' +
  'shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number ' +
  'uncategorized_file uncategorized_text';

const noEvidence = () => ({
  ...Object.fromEntries(EVIDENCE.split(' ').map((name) => [name, null])),
  enhanced_evidence: {},
});

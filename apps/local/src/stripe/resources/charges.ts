import type { Call } from '../call.js';
import { newId } from '../ids.js';
import type { Charge, PaymentIntent, PaymentMethod } from '../objects.js';
import { listBy, oneOf } from '../reads.js';
import type { Route } from '../router.js';
import { CHECKS, EXPIRY, NO_BILLING_DETAILS } from './payment-methods.js';

/** Seven days, Visa's for most purchases online. */
const AUTHORIZED_S = 7 * 86_400;

export const routes: Route[] = [
  { method: 'GET', path: '/v1/charges', handle: listBy('charge', 'payment_intent', 'customer') },
  { method: 'GET', path: '/v1/charges/{id}', handle: oneOf('charge', 'charge') },
];

/** Why a bank declined. */
interface Failure {
  decline_code: string;
  message: string;
}

/** A charge of the whole amount; with a failure, one that the bank declined. It is not stored yet. */
export function newCharge(call: Call, intent: PaymentIntent, method: PaymentMethod, failure?: Failure): Charge {
  const captured = !failure && intent.capture_method !== 'manual';
  const capture_before = call.now + AUTHORIZED_S;
  return {
    ...UNUSED,
    id: newId('ch'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    balance_transaction: captured ? newId('txn') : null,
    captured,
    created: call.now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_code: failure ? 'card_declined' : null,
    failure_message: failure?.message ?? null,
    metadata: intent.metadata,
    outcome: outcome(failure),
    paid: !failure,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: {
      type: 'card',
      card: { ...cardDetails(intent, method), ...(!failure && !captured && { capture_before }) },
    },
    receipt_email: intent.receipt_email,
    refunded: false,
    status: failure ? 'failed' : 'succeeded',
  } as Charge;
}

const UNUSED = {
  application: null,
  application_fee: null,
  application_fee_amount: null,
  billing_details: NO_BILLING_DETAILS,
  calculated_statement_descriptor: 'COMMERCE',
  failure_balance_transaction: null,
  fraud_details: {},
  livemode: false,
  on_behalf_of: null,
  receipt_number: null,
  receipt_url: null,
  review: null,
  shipping: null,
  source_transfer: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
};

const outcome = (failure: Failure | undefined) => ({
  advice_code: failure ? 'try_again_later' : null,
  network_advice_code: null,
  network_decline_code: failure ? '05' : null,
  network_status: failure ? 'declined_by_network' : 'approved_by_network',
  reason: failure?.decline_code ?? null,
  risk_level: 'normal',
  seller_message: failure ? 'The bank declined the payment.' : 'Payment complete.',
  type: failure ? 'issuer_declined' : 'authorized',
});

const cardDetails = ({ amount }: PaymentIntent, { card }: PaymentMethod) => ({
  amount_authorized: amount,
  authorization_code: null,
  brand: card.brand,
  checks: CHECKS,
  country: 'US',
  ...EXPIRY,
  extended_authorization: { status: 'disabled' },
  fingerprint: `local${card.last4}`,
  funding: 'credit',
  incremental_authorization: { status: 'unavailable' },
  installments: null,
  last4: card.last4,
  mandate: null,
  multicapture: { status: 'unavailable' },
  network: card.brand,
  network_token: { used: false },
  network_transaction_id: null,
  overcapture: { maximum_amount_capturable: amount, status: 'unavailable' },
  regulated_status: 'unregulated',
  three_d_secure: null,
  transaction_link_id: null,
  wallet: null,
});

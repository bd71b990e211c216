import type { Call } from '../call.js';
import { newId } from '../ids.js';
import type { PaymentMethod } from '../objects.js';
import { oneOf } from '../reads.js';
import type { Route } from '../router.js';
import { missing } from '../stripe-error.js';

interface TestCard {
  brand: string;
  last4: string;
  /** What happens when it is charged; by default it pays. */
  does?: 'decline' | 'ask for authentication' | 'dispute' | 'refund late' | 'fail refunds';
  /** Why it declines. */
  decline?: { decline_code: string; message: string };
}

/** Stripe's test cards, known again by their last four digits, which are Stripe's. No card number ever comes here. */
const CARDS: Record<string, TestCard> = {
  pm_card_visa: { brand: 'visa', last4: '4242' },
  pm_card_mastercard: { brand: 'mastercard', last4: '4444' },
  pm_card_chargeDeclined: {
    ...{ brand: 'visa', last4: '0002', does: 'decline' },
    decline: { decline_code: 'generic_decline', message: 'Your card was declined.' },
  },
  pm_card_chargeDeclinedInsufficientFunds: {
    ...{ brand: 'visa', last4: '9995', does: 'decline' },
    decline: { decline_code: 'insufficient_funds', message: 'Your card has insufficient funds.' },
  },
  pm_card_authenticationRequired: { brand: 'visa', last4: '3184', does: 'ask for authentication' },
  pm_card_createDispute: { brand: 'visa', last4: '0259', does: 'dispute' },
  pm_card_pendingRefund: { brand: 'visa', last4: '7726', does: 'refund late' },
  pm_card_refundFail: { brand: 'visa', last4: '5126', does: 'fail refunds' },
};

const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
export const NO_BILLING_DETAILS = { address: NO_ADDRESS, email: null, name: null, phone: null, tax_id: null };
export const CHECKS = { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' };
export const EXPIRY = { exp_month: 12, exp_year: 2040 };

export const routes: Route[] = [
  {
    method: 'GET',
    path: '/v1/payment_methods/{id}',
    handle: oneOf('payment_method', 'payment_method'),
  },
];

/**
 * The payment method that a request names: a test card, of which each use makes one, or one made before.
 *
 * @throws StripeError `resource_missing`
 */
export function paymentMethod(call: Call, id: string): PaymentMethod {
  const known = call.desk.store.find('payment_method', id);
  if (known) return known;
  const card = Object.hasOwn(CARDS, id) ? CARDS[id] : undefined;
  if (!card) throw missing('PaymentMethod', id, 'payment_method');
  const { brand, last4 } = card;
  const method = {
    id: newId('pm'),
    object: 'payment_method' as const,
    allow_redisplay: 'unspecified',
    billing_details: NO_BILLING_DETAILS,
    card: {
      brand,
      checks: CHECKS,
      country: 'US',
      display_brand: brand,
      ...EXPIRY,
      fingerprint: `local${last4}`,
      funding: 'credit',
      generated_from: null,
      last4,
      networks: { available: [brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: call.now,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card' as const,
  };
  return call.save(method);
}

/** How a test card behaves. */
export function cardOf(last4: string): TestCard {
  const found = Object.values(CARDS).find((card) => card.last4 === last4);
  if (!found) throw new Error(`There is no test card that ends in ${last4}.`);
  return found;
}

import type { Call } from '../call.js';
import { newId, randomText } from '../ids.js';
import type { PaymentIntent } from '../objects.js';
import { choice, currency, flag, group, integer, list, merge, metadata, required, text } from '../params.js';
import { listBy, oneOf } from '../reads.js';
import type { Route } from '../router.js';
import { refused } from '../stripe-error.js';
import { attempt, cancel, capture } from './attempts.js';
import { assertCan } from './intent-states.js';
import { paymentMethod } from './payment-methods.js';

const PATH = '/v1/payment_intents';

export const routes: Route[] = [
  { method: 'POST', path: PATH, handle: create },
  { method: 'GET', path: PATH, handle: listBy('payment_intent', 'customer') },
  { method: 'GET', path: `${PATH}/{id}`, handle: oneOf('payment_intent', 'intent', { client_secret: text }) },
  { method: 'POST', path: `${PATH}/{id}`, handle: update },
  { method: 'POST', path: `${PATH}/{id}/confirm`, handle: confirm },
  { method: 'POST', path: `${PATH}/{id}/capture`, handle: captureSome },
  { method: 'POST', path: `${PATH}/{id}/cancel`, handle: cancelOne },
];

const FIELDS = { customer: text, description: text, metadata, payment_method: text, receipt_email: text };

const CREATE = {
  ...FIELDS,
  amount: required(integer()),
  automatic_payment_methods: group({ allow_redirects: choice('always', 'never'), enabled: required(flag) }),
  capture_method: choice('automatic', 'automatic_async', 'manual'),
  confirm: flag,
  currency: required(currency),
  payment_method_types: list(choice('card')),
  return_url: text,
};

function create(call: Call): PaymentIntent {
  const { confirm: confirms = false, payment_method, return_url, ...given } = call.read(CREATE);
  if (given.customer !== undefined) call.named('customer', given.customer, 'customer');
  if (return_url !== undefined && !confirms) throw returnUrlAlone();
  if (confirms && payment_method === undefined) throw noMethod();
  const method = payment_method === undefined ? undefined : paymentMethod(call, payment_method);
  const id = newId('pi');
  const { allow_redirects = 'always', enabled = false } = given.automatic_payment_methods ?? {};
  const intent: PaymentIntent & Record<string, unknown> = {
    ...UNUSED,
    ...{ id, object: 'payment_intent' as const, amount: given.amount, amount_capturable: 0, amount_received: 0 },
    automatic_payment_methods: enabled ? { allow_redirects, enabled } : null,
    ...{ canceled_at: null, cancellation_reason: null, capture_method: given.capture_method ?? 'automatic_async' },
    client_secret: `${id}_secret_${randomText(25)}`,
    created: call.now,
    currency: given.currency,
    ...{ customer: given.customer ?? null, description: given.description ?? null },
    ...{ last_payment_error: null, latest_charge: null, next_action: null },
    metadata: merge({}, given.metadata),
    payment_method: method?.id ?? null,
    receipt_email: given.receipt_email ?? null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
  };
  call.save(intent, 'payment_intent.created');
  return confirms && method ? attempt(call, intent, method, return_url) : intent;
}

function update(call: Call): PaymentIntent {
  const intent = call.subject('payment_intent', 'intent');
  const given = call.read({ ...FIELDS, amount: integer(), currency });
  const { metadata: tags, payment_method, ...others } = given;
  if (others.amount ?? others.currency ?? others.customer ?? payment_method) assertCan('change', intent);
  if (others.customer !== undefined) call.named('customer', others.customer, 'customer');
  const method = payment_method === undefined ? undefined : paymentMethod(call, payment_method);
  const fields = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  const chosen = method && { payment_method: method.id, status: 'requires_confirmation' as const, next_action: null };
  return call.save({
    ...intent,
    ...fields,
    ...chosen,
    metadata: merge(intent.metadata, tags),
    last_payment_error: null,
  });
}

/** Pays the intent; the buyer's browser does this, too. */
export function confirm(call: Call): PaymentIntent {
  const intent = call.subject('payment_intent', 'intent');
  const { client_secret, payment_method, receipt_email, return_url } = call.read({
    ...{ client_secret: text, payment_method: text, receipt_email: text, return_url: text },
  });
  if (client_secret !== undefined && client_secret !== intent.client_secret)
    throw refused('The client_secret provided does not match the client_secret associated with the PaymentIntent.', {
      code: 'payment_intent_invalid_parameter',
      param: 'client_secret',
    });
  assertCan('confirm', intent);
  const id = payment_method ?? intent.payment_method;
  if (id === null) throw noMethod(intent);
  const method = paymentMethod(call, id);
  if (receipt_email !== undefined) intent.receipt_email = receipt_email;
  return attempt(call, intent, method, return_url);
}

function captureSome(call: Call): PaymentIntent {
  const intent = call.subject('payment_intent', 'intent');
  const { amount_to_capture = intent.amount_capturable, metadata: tags } = call.read({
    amount_to_capture: integer(),
    metadata,
  });
  assertCan('capture', intent);
  if (amount_to_capture > intent.amount_capturable) {
    const message =
      'The payment could not be captured because the requested capture amount is greater than the amount you can capture ' +
      'for this charge.';
    throw refused(message, { code: 'amount_too_large', payment_intent: intent });
  }
  intent.metadata = merge(intent.metadata, tags);
  return capture(call, intent, amount_to_capture);
}

function cancelOne(call: Call): PaymentIntent {
  const intent = call.subject('payment_intent', 'intent');
  const reason = choice('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer');
  const { cancellation_reason = null } = call.read({ cancellation_reason: reason });
  assertCan('cancel', intent);
  return cancel(call, intent, cancellation_reason);
}

const noMethod = (intent?: PaymentIntent) =>
  refused(
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent " +
      'with a payment method and then confirm it again, or confirm it again directly with a payment method.',
    { code: 'payment_intent_unexpected_state', ...(intent && { payment_intent: intent }) },
  );
const returnUrlAlone = () =>
  refused(
    'The parameter `return_url` cannot be passed when creating a PaymentIntent unless `confirm` is set to true.',
    {
      param: 'return_url',
    },
  );

const UNUSED = {
  amount_details: { tip: {} },
  application: null,
  application_fee_amount: null,
  confirmation_method: 'automatic',
  customer_account: null,
  excluded_payment_method_types: null,
  livemode: false,
  on_behalf_of: null,
  payment_method_configuration_details: null,
  payment_method_options: {
    card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
  },
  payment_method_types: ['card'],
  processing: null,
  review: null,
  setup_future_usage: null,
  shipping: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_data: null,
  transfer_group: null,
};

import type { Call } from '../call.js';
import { choice, flag, group, integer, list, required, share, text } from '../params.js';
import { oneOf } from '../reads.js';
import type { Route } from '../router.js';
import { MOST_MS, type Settings } from '../settings.js';
import { authenticate, expire } from './attempts.js';
import { closeDispute, openDispute } from './disputes.js';
import { confirm } from './payment-intents.js';

/**
 * What the buyer, the bank and time do at the real Stripe, and the wire's own settings. Stripe has none of these routes;
 * faults do not touch them.
 */
export const routes: Route[] = [
  { method: 'GET', path: '/wire/settings', handle: (call) => call.desk.settings },
  { method: 'POST', path: '/wire/settings', handle: change },
  { method: 'GET', path: '/wire/payment_intents/{id}', handle: oneOf('payment_intent', 'intent') },
  { method: 'POST', path: '/wire/payment_intents/{id}/confirm', handle: confirm },
  { method: 'POST', path: '/wire/payment_intents/{id}/authenticate', handle: authenticateOne },
  { method: 'POST', path: '/wire/payment_intents/{id}/expire', handle: expireOne },
  { method: 'POST', path: '/wire/charges/{id}/dispute', handle: (call) => openDispute(call, call.subject('charge')) },
  { method: 'POST', path: '/wire/disputes/{id}/close', handle: closeOne },
];

const milliseconds = integer({ min: 0, max: MOST_MS });

const FAULTS = {
  lose_answers: share,
  drop_events: share,
  duplicate_events: share,
  shuffle_events: share,
  delay_events_ms: milliseconds,
  delay_answers_ms: milliseconds,
  refuse_with: integer({ min: 0, max: 599 }),
};

function change(call: Call): Settings {
  const { faults, ...others } = call.read({
    faults: group(FAULTS),
    secret_keys: list(text),
    settle_refunds_ms: milliseconds,
    webhook_secrets: list(text),
    webhook_url: text,
  });
  const { settings } = call.desk;
  Object.assign(settings, given(others));
  Object.assign(settings.faults, given(faults ?? {}));
  return settings;
}

const given = (values: object) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function authenticateOne(call: Call): object {
  const { succeeds } = call.read({ succeeds: required(flag) });
  return authenticate(call, call.subject('payment_intent', 'intent'), succeeds);
}

function expireOne(call: Call): object {
  expire(call, call.subject('payment_intent', 'intent').id);
  return call.subject('payment_intent', 'intent');
}

function closeOne(call: Call): object {
  const { status } = call.read({ status: required(choice('won', 'lost')) });
  return closeDispute(call, call.subject('dispute'), status);
}

import type { IntentStatus, PaymentIntent } from '../objects.js';
import { refused } from '../stripe-error.js';

type Step = 'confirm' | 'authenticate' | 'capture' | 'cancel' | 'change';

/** What an intent can be asked to do in each status. */
const STEPS: Record<IntentStatus, readonly Step[]> = {
  requires_payment_method: ['confirm', 'cancel', 'change'],
  requires_capture: ['capture', 'cancel'],
  requires_confirmation: ['confirm', 'cancel', 'change'],
  requires_action: ['confirm', 'authenticate', 'cancel', 'change'],
  processing: ['cancel'],
  succeeded: [],
  canceled: [],
};

/** Stripe's sentences, after which it lists the statuses that allow the step. */
const SENTENCES: Record<Step, (status: IntentStatus) => string> = {
  confirm: (status) =>
    `This PaymentIntent could not be confirmed because it has a status of ${status}. Only a PaymentIntent with one of the ` +
    'following statuses may be confirmed',
  authenticate: (status) =>
    `This PaymentIntent waits for no authentication because it has a status of ${status}. Only a PaymentIntent with one of ` +
    'the following statuses may be authenticated',
  capture: (status) =>
    `This PaymentIntent could not be captured because it has a status of ${status}. Only a PaymentIntent with one of the ` +
    'following statuses may be captured',
  cancel: (status) =>
    `You cannot cancel this PaymentIntent because it has a status of ${status}. Only a PaymentIntent with one of the ` +
    'following statuses may be canceled',
  change: (status) =>
    `This PaymentIntent could not be updated because it has a status of ${status}. You may only update a PaymentIntent with ` +
    'one of the following statuses',
};

/** @throws StripeError `payment_intent_unexpected_state`, with the intent as it is. */
export function assertCan(step: Step, intent: PaymentIntent): void {
  if (STEPS[intent.status].includes(step)) return;
  const others = Object.entries(STEPS).flatMap(([status, steps]) => (steps.includes(step) ? [status] : []));
  const message =
    step === 'capture' && intent.status === 'succeeded'
      ? 'The remaining amount on this PaymentIntent could not be captured because the remainder of the authorized amount has been released.'
      : `${SENTENCES[step](intent.status)}: ${others.join(', ')}.`;
  throw refused(message, { code: 'payment_intent_unexpected_state', payment_intent: intent });
}

import { Clock } from '@app/kernel';
import Stripe from 'stripe';
import { StripeEventVerifier } from './stripe-event-verifier.js';

const NOW = new Date('2026-12-01T12:00:00Z');
const SECOND = NOW.getTime() / 1_000;
class Noon extends Clock {
  override now(): Date {
    return NOW;
  }
}

const [NEW_SECRET, OLD_SECRET] = ['whsec_of_today', 'whsec_of_yesterday'];
const verifier = new StripeEventVerifier([NEW_SECRET, OLD_SECRET], new Noon());
const PAYLOAD = JSON.stringify({
  id: 'evt_1',
  object: 'event',
  type: 'payment_intent.succeeded',
  created: SECOND,
  data: { object: { object: 'payment_intent', id: 'pi_1' } },
});
const header = (secret = NEW_SECRET, timestamp = SECOND, payload = PAYLOAD) =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
const verify = (signature: string | undefined, payload = PAYLOAD) => verifier.verify(Buffer.from(payload), signature);

describe('the signature of an event', () => {
  it.each([
    ['today', header()],
    ['yesterday, while both live', header(OLD_SECRET)],
    ['today, 300 s ago', header(NEW_SECRET, SECOND - 300)],
    ['today, beside another one', `${header()},v1=${'0'.repeat(64)}`],
  ])('of the secret of %s is valid', (_, signature) => {
    expect(verify(signature)).toEqual({
      event_ref: 'evt_1',
      type: 'payment_intent.succeeded',
      object_ref: 'pi_1',
      created_at: NOW.toISOString(),
    });
  });

  it.each([
    ['that is missing', undefined],
    ['that is empty', ''],
    ['of another secret', header('whsec_of_somebody')],
    ['signed more than 300 s ago', header(NEW_SECRET, SECOND - 301)],
    ['signed in the future', header(NEW_SECRET, SECOND + 301)],
    ['without a time', header().replace(/t=\d+,/, '')],
    ['of another scheme', header().replace('v1=', 'v0=')],
    ['of zeros', `t=${SECOND},v1=${'0'.repeat(64)}`],
    ['that is no signature', 'anything'],
  ])('%s is 400', (_, signature) => {
    expect(() => verify(signature)).toThrow(expect.objectContaining({ code: 'signature-invalid', kind: 'malformed' }));
  });

  it('holds for the bytes that were sent, and not for the same JSON', () => {
    const rewritten = JSON.stringify(JSON.parse(PAYLOAD), null, 1);
    expect(() => verify(header(), rewritten)).toThrow(expect.objectContaining({ code: 'signature-invalid' }));
  });

  it.each([
    ['no JSON', 'paid'],
    ['null', 'null'],
    ['a list', `[${PAYLOAD}]`],
    ['without an id', PAYLOAD.replace('evt_1', '')],
    ['with a long id', PAYLOAD.replace('evt_1', 'e'.repeat(256))],
    ['without a time', PAYLOAD.replace(`"created":${SECOND}`, '"created":"today"')],
    ['of a time that is none', PAYLOAD.replace(`"created":${SECOND}`, '"created":1e15')],
  ])('of a body that is %s is 400', (_, payload) => {
    const signature = header(NEW_SECRET, SECOND, payload);
    expect(() => verify(signature, payload)).toThrow(expect.objectContaining({ code: 'event-invalid' }));
  });
});

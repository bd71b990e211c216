import { createHmac, randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { exactly, none } from '../frame/figures.js';
import { openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';
import { WEBHOOK_SECRET } from '../frame/stripe.js';

/** A second secret that is valid, too, as during a rotation. */
const SECOND_SECRET = 'whsec_second';

interface Attempt {
  name: string;
  status: number;
  body: string | Buffer;
  signature?: string;
  headers?: Record<string, string>;
  method?: string;
  path?: string;
}

/** Events that are forged, altered, old or malformed, and some that only look so. */
export const hostileEvents: Proof = {
  name: 'P11',
  failure: 'somebody else tells us that an order is paid',
  mutants: ['signature-over-parsed-json'],
  async run(stage: Stage) {
    const { platform } = await openMarket(stage, {
      environment: { payments: { STRIPE_WEBHOOK_SECRETS: `${WEBHOOK_SECRET},${SECOND_SECRET}` } },
    });
    const base = platform.services.payments.url;
    const stored = () => platform.databases.number('payments', 'SELECT COUNT(*) FROM provider_events');
    const wrong: string[] = [];
    let storedByRefusals = 0;
    const attempts = table();
    for (const attempt of attempts) {
      const before = await stored();
      const status = await send(base, attempt);
      if (status !== attempt.status) wrong.push(`${attempt.name}: ${status}, not ${attempt.status}`);
      if (status !== 200) storedByRefusals += (await stored()) - before;
    }
    for (const line of wrong) process.stderr.write(`  P11: ${line}\n`);
    const accepted = new Set(
      attempts.filter(({ status, body }) => status === 200 && isOurs(body)).map(({ body }) => idOf(body)),
    );
    return [
      exactly('events', attempts.length, attempts.length),
      none('answered otherwise than by the table', wrong.length),
      none('stored by a refusal', storedByRefusals),
      exactly('stored', await stored(), accepted.size),
    ];
  },
};

function table(): Attempt[] {
  const body = event();
  const now = Math.floor(Date.now() / 1_000);
  const pretty = JSON.stringify(JSON.parse(event()), null, 2);
  const big = (bytes: number) => event({ padding: 'x'.repeat(bytes - event({ padding: '' }).length) });
  const refused = (name: string, more: Partial<Attempt> = {}): Attempt => ({ name, status: 400, body, ...more });
  const signed = (name: string, status: number, given: string | Buffer, more: Partial<Attempt> = {}): Attempt => ({
    ...{ name, status, body: given, signature: sign(given, { at: now }) },
    ...more,
  });
  const v1 = (secret = WEBHOOK_SECRET, given: string | Buffer = body, at = now) =>
    createHmac('sha256', secret).update(`${at}.`).update(given).digest('hex');
  const replayed = event();
  const zipped = gzipSync(body);
  return [
    refused('no signature'),
    refused('an empty signature', { signature: '' }),
    refused('a signature of other words', { signature: 'let me in' }),
    refused('a wrong digest', { signature: `t=${now},v1=${'0'.repeat(64)}` }),
    refused('a short digest', { signature: `t=${now},v1=${v1().slice(0, 32)}` }),
    refused("another's secret", { signature: sign(body, { secret: 'whsec_others', at: now }) }),
    refused('the name of the secret only', { signature: sign(body, { secret: 'whsec_', at: now }) }),
    refused('signed 301 s ago', { signature: sign(body, { at: now - 301 }) }),
    refused('signed a day ago', { signature: sign(body, { at: now - 86_400 }) }),
    refused('signed in an hour', { signature: sign(body, { at: now + 3_600 }) }),
    refused('signed with a time in milliseconds', { signature: sign(body, { at: now * 1_000 }) }),
    refused('no time', { signature: `v1=${v1()}` }),
    refused('a time that is no number', { signature: `t=now,v1=${v1()}` }),
    refused('a negative time', { signature: `t=-${now},v1=${v1()}` }),
    refused('the older scheme only', { signature: `t=${now},v0=${v1()}` }),
    refused('two wrong digests', { signature: `t=${now},v1=${'1'.repeat(64)},v1=${'2'.repeat(64)}` }),
    refused('the time changed after signing', { signature: `t=${now - 1},v1=${v1()}` }),
    refused('re-serialised after signing', {
      body: JSON.stringify(JSON.parse(pretty)),
      signature: sign(pretty, { at: now }),
    }),
    refused('a blank added after signing', { body: `${body} `, signature: sign(body, { at: now }) }),
    refused('a field changed after signing', {
      body: body.replace('succeeded', 'canceled'),
      signature: sign(body, { at: now }),
    }),
    refused('a secret of an object member', {
      body: '__proto__',
      signature: sign('__proto__', { secret: '[object Object]', at: now }),
    }),
    signed('no JSON', 400, 'paid'),
    signed('null', 400, 'null'),
    signed('a list', 400, `[${body}]`),
    signed('no id', 400, JSON.stringify({ object: 'event', type: 'payment_intent.succeeded' })),
    signed('cut short', 400, body.slice(0, -1)),
    signed('1 MB', 413, big(1_000_000)),
    signed('a byte beyond 512 kB', 413, big(512_001)),
    signed('compressed', 415, zipped, { headers: { 'content-encoding': 'gzip' } }),
    signed('to another provider', 404, event(), { path: '/provider-events/paypal' }),
    signed('by PUT', 405, event(), { method: 'PUT' }),
    signed('well signed', 200, event()),
    signed('pretty-printed and signed so', 200, pretty),
    signed('just below 512 kB', 200, big(511_000)),
    signed('of two digests the second is right', 200, body, {
      signature: `t=${now},v1=${'3'.repeat(64)},v1=${v1()}`,
    }),
    signed('by the second secret', 200, replayed, { signature: sign(replayed, { secret: SECOND_SECRET, at: now }) }),
    signed('replayed', 200, replayed),
    signed('replayed with a signature of yesterday', 400, replayed, {
      signature: sign(replayed, { at: now - 86_400 }),
    }),
    signed('of a type that is not ours', 200, event({ type: 'customer.created', object: 'customer' })),
  ];
}

function event({ padding = '', type = 'payment_intent.succeeded', object = 'payment_intent' } = {}): string {
  const subject = { id: `pi_${randomUUID().replaceAll('-', '')}`, object, padding };
  const created = Math.floor(Date.now() / 1_000);
  return JSON.stringify({
    id: `evt_${randomUUID().replaceAll('-', '')}`,
    object: 'event',
    type,
    created,
    data: { object: subject },
  });
}

function sign(body: string | Buffer, { secret = WEBHOOK_SECRET, at }: { secret?: string; at: number }): string {
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')}`;
}

const isOurs = (body: string | Buffer): boolean => String(body).includes('payment_intent');
const idOf = (body: string | Buffer): string => (JSON.parse(String(body)) as { id: string }).id;

async function send(base: string, { body, signature, headers, method = 'POST', path }: Attempt): Promise<number> {
  const answer = await fetch(`${base}${path ?? '/provider-events/stripe'}`, {
    method,
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: {
      'content-type': 'application/json',
      ...(signature !== undefined && { 'stripe-signature': signature }),
      ...headers,
    },
  });
  await answer.body?.cancel();
  return answer.status;
}

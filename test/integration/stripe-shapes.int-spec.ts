import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { isControl, ROUTES } from '../../apps/local/src/stripe/api.js';
import { Router } from '../../apps/local/src/stripe/router.js';
import type { Json } from '../support/json.js';
import { findProgram } from '../support/process.js';
import { StripeShapes } from '../support/stripe-shapes.js';
import { type Exchange, idOf, stripeAt, WireUnderTest } from '../support/stripe.js';

const shapes = StripeShapes.load();

/** Everything that the platform may ask of Stripe, by its SDK, and every kind of answer. */
async function tour(test: WireUnderTest): Promise<void> {
  const { stripe } = test;
  const fail = (asked: Promise<unknown>) => asked.catch(() => undefined);
  const customer = await stripe.customers.create({ email: 'ann@example.com', name: 'Ann', metadata: { user_id: '7' } });
  await stripe.customers.update(customer.id, { phone: '+4930123456' });
  await stripe.customers.list({ email: 'ann@example.com' });
  const create = (over: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    stripe.paymentIntents.create({
      amount: 1_000,
      currency: 'usd',
      customer: customer.id,
      automatic_payment_methods: { enabled: true },
      metadata: { order_ref: 'o', payment_ref: 'p' },
      ...over,
    });
  const pay = (payment_method: string, over: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    create({ payment_method, confirm: true, return_url: 'https://shop.example/back', ...over });

  const intent = await create({ description: 'Order 7', receipt_email: 'ann@example.com', capture_method: 'manual' });
  await stripe.paymentIntents.update(intent.id, { amount: 900, metadata: { a: '' } });
  await fail(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclined' }));
  await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
  await fail(stripe.paymentIntents.capture(intent.id, { amount_to_capture: 901 }));
  await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 600 });
  await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge.refunds', 'payment_method', 'customer'] });
  await stripe.paymentIntents.cancel((await create()).id, { cancellation_reason: 'abandoned' });
  const secure = await pay('pm_card_authenticationRequired');
  await test.control(`payment_intents/${secure.id}/authenticate`, { succeeds: false });
  await stripe.paymentIntents.confirm(secure.id, { payment_method: 'pm_card_authenticationRequired' });
  await test.control(`payment_intents/${secure.id}/authenticate`, { succeeds: true });

  const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 200, metadata: { refund_ref: 'r' } });
  await fail(stripe.refunds.create({ payment_intent: intent.id, amount: 901 }));
  await stripe.refunds.retrieve(refund.id, { expand: ['charge', 'payment_intent'] });
  await stripe.refunds.create({ payment_intent: (await pay('pm_card_pendingRefund')).id });
  const failing = await stripe.refunds.create({ payment_intent: (await pay('pm_card_refundFail')).id });
  await expectEventually(async () => (await stripe.refunds.retrieve(failing.id)).status === 'failed');
  const disputed = await pay('pm_card_createDispute');
  const [dispute] = (await stripe.disputes.list({ payment_intent: disputed.id })).data;
  await stripe.disputes.retrieve(dispute?.id ?? '', { expand: ['charge'] });
  await test.control(`disputes/${dispute?.id}/close`, { status: 'won' });
  await test.control(`payment_intents/${(await pay('pm_card_visa', { capture_method: 'manual' })).id}/expire`);

  await fail(stripe.paymentIntents.retrieve('pi_none'));
  await fail(stripe.paymentIntents.create({ amount: 0, currency: 'usd' }));
  for (const name of ['Ann', 'Bob']) await fail(stripe.customers.create({ name }, { idempotencyKey: 'k1' }));
  await fail(stripeAt(test.wire.endpoint, 'sk_test_other').events.list());
  for (const list of [stripe.paymentIntents, stripe.charges, stripe.refunds, stripe.disputes])
    await list.list({ limit: 100, created: { gte: 1 } });
  await stripe.charges.list({ payment_intent: intent.id, expand: ['data.payment_intent'] });
  const paid = await pay('pm_card_visa');
  await stripe.charges.retrieve(idOf(paid.latest_charge), { expand: ['customer'] });
  await stripe.paymentMethods.retrieve(idOf(paid.payment_method));
  await stripe.customers.retrieve(customer.id);
  await stripe.customers.del(customer.id);
  await stripe.events.list({ limit: 100, created: { gte: 1 }, types: ['refund.failed', 'charge.dispute.closed'] });
  const [newest] = (await stripe.events.list({ limit: 100 })).data;
  await stripe.events.retrieve(newest?.id ?? '');
}

async function expectEventually(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 10));
}

(shapes ? describe : describe.skip)("Stripe's OpenAPI document and the embedded Stripe", () => {
  let test: WireUnderTest;
  const faults = (exchange: Exchange) => shapes?.faultsOf(exchange) ?? [];

  beforeAll(async () => {
    test = await WireUnderTest.start({ settings: { settle_refunds_ms: 0 } });
    await tour(test);
  });
  afterAll(() => test.stop());

  it('agree on every request and every answer', () => {
    expect(test.exchanges.flatMap(faults)).toEqual([]);
    process.stderr.write(
      `${shapes?.objects} objects in ${test.exchanges.length} answers have the shapes of Stripe ${shapes?.version}.\n`,
    );
    const router = new Router(ROUTES);
    const asked = test.exchanges.map(({ request: { method, path } }) => router.find(method, path)?.route);
    const unasked = ROUTES.filter((route) => !asked.includes(route) && !isControl(route.path));
    expect(unasked.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  const RETRIEVED = /^GET .v1.payment_intents.pi_\w{24} .*latest_charge.* 200$/;
  const REFUNDED = /^POST .v1.refunds .*amount=200.* 200$/;

  it.each<[string, RegExp, (body: Json, request: Exchange['request']) => unknown]>([
    ['a text instead of a number', RETRIEVED, (intent) => (intent.amount = '1000')],
    ['a status of our own', RETRIEVED, (intent) => (intent.status = 'paid')],
    ['a missing id', RETRIEVED, (intent) => delete intent.id],
    ['a misspelt field', RETRIEVED, (intent) => (intent.amount_recieved = 1)],
    ['null where Stripe has none', RETRIEVED, (intent) => (intent.created = null)],
    ['an error in an expanded object', RETRIEVED, (intent) => delete intent.latest_charge.paid],
    ['an error in a list', /^GET .v1.refunds .* 200$/, ({ data }) => (data[0].status = 7)],
    ['an error in an event', /^GET .v1.events limit=100 200$/, ({ data }) => delete data[0].data.object.id],
    ['an error in an error', /^POST .* 402$/, ({ error }) => (error.type = 'our_error')],
    ['a misspelt parameter', REFUNDED, (_, request) => (request.form += '&ammount=5')],
    ['a text as a number', REFUNDED, (_, request) => (request.form = request.form.replace('=200', '=all'))],
    ['a route of our own', REFUNDED, (_, request) => (request.path = '/v1/repayments')],
  ])('would not agree on %s', (_, wanted, spoil) => {
    const found = test.exchanges.find(({ request: { method, path, form }, answer }) =>
      wanted.test(`${method} ${path} ${form} ${answer.status}`),
    );
    if (!found) throw new Error(`There is no exchange like ${wanted}.`);
    expect(faults(found)).toEqual([]);
    const { request, answer } = structuredClone(found);
    const body = JSON.parse(answer.body);
    spoil(body, request);
    expect(faults({ request, answer: { ...answer, body: JSON.stringify(body) } })).not.toEqual([]);
  });
});

describe('a machine without Go', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-go-'));
  const without = { PATH: folder, XDG_CACHE_HOME: folder };
  beforeAll(() => symlinkSync(findProgram('bash') ?? '', join(folder, 'bash')));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves the check out, and says so', () => {
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(StripeShapes.load(without)).toBeUndefined();
    expect(said.mock.calls.join('')).toMatch(/is fetched by Go: install it .* Shapes are not held against it\.\n$/);
    said.mockRestore();
  });

  it('fails where every real part is required', () => {
    expect(() => StripeShapes.load({ ...without, REQUIRE_REAL: '1' })).toThrow('REQUIRE_REAL=1 forbids that.');
  });
});

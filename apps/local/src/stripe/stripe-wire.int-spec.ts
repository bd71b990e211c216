import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type Stripe from 'stripe';
import { eventually } from '../../../../test/support/eventually.js';
import { idOf, stripeAt, WebhookReceiver, WireUnderTest } from '../../../../test/support/stripe.js';
import type { DeliveryLimits } from './webhooks.js';

const CARD = 'pm_card_visa';
const UNEXPECTED = { statusCode: 400, rawType: 'invalid_request_error', code: 'payment_intent_unexpected_state' };

let test: WireUnderTest;
let stripe: Stripe;
const cleanups: (() => Promise<unknown>)[] = [];

async function start(options?: Parameters<typeof WireUnderTest.start>[0]): Promise<void> {
  const started = await WireUnderTest.start(options);
  cleanups.push(() => started.stop());
  ({ stripe } = test = started);
}

async function receiver(): Promise<WebhookReceiver> {
  const started = await WebhookReceiver.start();
  cleanups.push(() => started.stop());
  return started;
}

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Over = Partial<Stripe.PaymentIntentCreateParams>;
type Intent = Stripe.PaymentIntent;

const create = (over: Over = {}) => stripe.paymentIntents.create({ amount: 1_000, currency: 'usd', ...over });
const pay = (payment_method = CARD, over: Over = {}) => create({ payment_method, confirm: true, ...over });
const authorize = () => pay(CARD, { capture_method: 'manual' });
const intentNow = ({ id }: { id: string }) => stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
const confirm = (intent: Intent, payment_method: string) =>
  stripe.paymentIntents.confirm(intent.id, { payment_method });
const authenticate = (intent: Intent, succeeds: boolean) =>
  test.control(`payment_intents/${intent.id}/authenticate`, { succeeds });
const refundsOf = async (intent: Intent) => (await stripe.refunds.list({ payment_intent: intent.id })).data;
const eventTypes = async () => (await stripe.events.list({ limit: 100 })).data.map(({ type }) => type).reverse();

/** What a refused request says. */
async function refusal(asked: Promise<unknown>): Promise<Record<string, unknown>> {
  const error: unknown = await asked.then(
    () => new Error('It was not refused.'),
    (reason: unknown) => reason,
  );
  const { statusCode, rawType, code, decline_code, param, payment_intent } = error as Stripe.errors.StripeError;
  const said = { statusCode, rawType, code, decline_code, param, intent: payment_intent?.status };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

describe('a payment', () => {
  beforeEach(() => start());

  it.each<[string, () => Promise<Intent>, object]>([
    [
      'is created',
      () => create({ metadata: { order_ref: 'o1' } }),
      { status: 'requires_payment_method', metadata: { order_ref: 'o1' } },
    ],
    [
      'with a method waits to be confirmed',
      () => create({ payment_method: CARD }),
      { status: 'requires_confirmation' },
    ],
    ['succeeds', () => pay(), { status: 'succeeded', amount_received: 1_000, amount_capturable: 0 }],
    ['succeeds when it is confirmed', async () => confirm(await create(), CARD), { status: 'succeeded' }],
    ['is authorised', authorize, { status: 'requires_capture', amount_received: 0, amount_capturable: 1_000 }],
    [
      'is captured',
      async () => stripe.paymentIntents.capture((await authorize()).id),
      { status: 'succeeded', amount_received: 1_000, amount_capturable: 0 },
    ],
    [
      'is captured in part',
      async () => stripe.paymentIntents.capture((await authorize()).id, { amount_to_capture: 600 }),
      { status: 'succeeded', amount: 1_000, amount_received: 600, amount_capturable: 0 },
    ],
    [
      'is cancelled',
      async () => stripe.paymentIntents.cancel((await create()).id, { cancellation_reason: 'abandoned' }),
      { status: 'canceled', cancellation_reason: 'abandoned' },
    ],
    [
      'is changed while it is unpaid',
      async () => stripe.paymentIntents.update((await create()).id, { amount: 900, metadata: { a: '1' } }),
      { amount: 900, metadata: { a: '1' } },
    ],
    [
      'takes metadata when it is paid, and an empty one away',
      async () =>
        stripe.paymentIntents.update((await pay(CARD, { metadata: { a: '1', b: '2' } })).id, { metadata: { a: '' } }),
      { status: 'succeeded', metadata: { b: '2' } },
    ],
    [
      'asks for 3-D Secure',
      () => pay('pm_card_authenticationRequired', { return_url: 'https://shop.example/back' }),
      {
        status: 'requires_action',
        latest_charge: null,
        next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: 'https://shop.example/back' } },
      },
    ],
  ])('%s', async (_, act, expected) => {
    const answered = await act();
    expect(answered).toMatchObject(expected);
    expect(await intentNow(answered)).toMatchObject(expected);
    expect(answered.client_secret).toMatch(new RegExp(`^${answered.id}_secret_\\w{25}$`));
  });

  it.each([
    ['pm_card_chargeDeclined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
  ])('declined with %s can be tried again', async (card, decline_code) => {
    const intent = await create();
    const declined = { rawType: 'card_error', code: 'card_declined', decline_code };
    expect(await refusal(confirm(intent, card))).toEqual({
      statusCode: 402,
      ...declined,
      intent: 'requires_payment_method',
    });
    const { last_payment_error, latest_charge, payment_method } = await intentNow(intent);
    expect(last_payment_error).toMatchObject({ type: 'card_error', code: 'card_declined', decline_code });
    expect(latest_charge).toMatchObject({ status: 'failed', paid: false, amount_captured: 0 });
    expect(payment_method).toBeNull();
    expect(await confirm(intent, CARD)).toMatchObject({ status: 'succeeded', last_payment_error: null });
    expect(await eventTypes()).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
  });

  it('declined when it is created stays, so that it can be found', async () => {
    expect(await refusal(pay('pm_card_chargeDeclined'))).toMatchObject({ statusCode: 402 });
    expect((await stripe.paymentIntents.list()).data).toMatchObject([{ status: 'requires_payment_method' }]);
  });

  it.each<[boolean, object, object]>([
    [true, { status: 'succeeded', next_action: null, amount_received: 1_000 }, { captured: true }],
    [
      false,
      {
        status: 'requires_payment_method',
        last_payment_error: { code: 'payment_intent_authentication_failure' },
        latest_charge: null,
      },
      {},
    ],
  ])('ends 3-D Secure: %s', async (succeeds, expected, charge) => {
    const intent = await pay('pm_card_authenticationRequired');
    expect(intent.next_action?.type).toBe('use_stripe_sdk');
    await authenticate(intent, succeeds);
    const now = await intentNow(intent);
    expect(now).toMatchObject(expected);
    expect(now.latest_charge ?? {}).toMatchObject(charge);
    expect(await refusal(authenticate(intent, true))).toMatchObject(UNEXPECTED);
    if (!succeeds) expect(await confirm(intent, CARD)).toMatchObject({ status: 'succeeded' });
  });

  it('authorised by 3-D Secure is captured later', async () => {
    const intent = await pay('pm_card_authenticationRequired', { capture_method: 'manual' });
    await authenticate(intent, true);
    expect(await intentNow(intent)).toMatchObject({ status: 'requires_capture', amount_capturable: 1_000 });
  });

  it('leaves nothing behind when it is refused', async () => {
    expect(await refusal(pay(CARD, { expand: ['amount'] }))).toMatchObject({ statusCode: 400 });
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
    expect(await eventTypes()).toEqual([]);
  });

  it('lists its charges, newest first', async () => {
    const intent = await create();
    await refusal(confirm(intent, 'pm_card_chargeDeclined'));
    await confirm(intent, CARD);
    const { data } = await stripe.charges.list({ payment_intent: intent.id });
    expect(data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
    expect(await stripe.charges.retrieve(data[0]?.id ?? '')).toEqual(data[0]);
  });

  it.each<[string, () => Promise<unknown>, object]>([
    [
      'captured twice',
      async () => stripe.paymentIntents.capture((await pay()).id),
      { ...UNEXPECTED, intent: 'succeeded' },
    ],
    ['captured before it is authorised', async () => stripe.paymentIntents.capture((await create()).id), UNEXPECTED],
    ['cancelled when it is paid', async () => stripe.paymentIntents.cancel((await pay()).id), UNEXPECTED],
    ['confirmed when it is paid', async () => confirm(await pay(), CARD), UNEXPECTED],
    ['confirmed without a method', async () => stripe.paymentIntents.confirm((await create()).id), UNEXPECTED],
    ['changed when it is paid', async () => stripe.paymentIntents.update((await pay()).id, { amount: 5 }), UNEXPECTED],
    [
      'captured above what is authorised',
      async () => stripe.paymentIntents.capture((await authorize()).id, { amount_to_capture: 1_001 }),
      { statusCode: 400, code: 'amount_too_large', intent: 'requires_capture' },
    ],
    [
      'of another client secret',
      async () =>
        stripe.paymentIntents.confirm((await create()).id, { client_secret: 'x', payment_method: CARD } as object),
      { param: 'client_secret' },
    ],
    [
      'that nobody has',
      () => stripe.paymentIntents.retrieve('pi_none'),
      { statusCode: 404, code: 'resource_missing', param: 'intent' },
    ],
    [
      'by an unknown card',
      () => pay('pm_card_none'),
      { statusCode: 400, code: 'resource_missing', param: 'payment_method' },
    ],
    [
      'of a customer that nobody has',
      () => create({ customer: 'cus_none' }),
      { code: 'resource_missing', param: 'customer' },
    ],
    ['of half a cent', () => create({ amount: 0.5 }), { code: 'parameter_invalid_integer', param: 'amount' }],
    ['of nothing', () => create({ amount: 0 }), { code: 'parameter_invalid_integer', param: 'amount' }],
    [
      'without an amount',
      () => stripe.paymentIntents.create({ currency: 'usd' } as never),
      { code: 'parameter_missing', param: 'amount' },
    ],
    [
      'in a currency of capitals',
      () => create({ currency: 'USD' }),
      { rawType: 'invalid_request_error', param: 'currency' },
    ],
    [
      'with an unknown parameter',
      () => create({ amuont: 1 } as object),
      { code: 'parameter_unknown', param: 'amuont' },
    ],
    [
      'by card number',
      () => create({ payment_method_data: { type: 'card', card: { number: '4242' } } } as object),
      { code: 'parameter_unknown', param: 'payment_method_data' },
    ],
  ])('is refused: %s', async (_, act, expected) => {
    expect(await refusal(act())).toMatchObject({ rawType: 'invalid_request_error', ...expected });
  });
});

describe('an authorisation', () => {
  beforeEach(() => start());

  it('says until when it can be captured', async () => {
    const { created, latest_charge } = await intentNow(await authorize());
    const { payment_method_details: details } = latest_charge as Stripe.Charge;
    expect(details?.card?.capture_before).toBe(created + 7 * 86_400);
  });

  it.each<[string, number, (intent: Intent) => Promise<unknown>]>([
    ['captured in part', 400, ({ id }) => stripe.paymentIntents.capture(id, { amount_to_capture: 600 })],
    ['cancelled', 1_000, ({ id }) => stripe.paymentIntents.cancel(id)],
    ['left to expire', 1_000, ({ id }) => test.control(`payment_intents/${id}/expire`)],
  ])('releases what is not captured: %s', async (_, released, act) => {
    const intent = await authorize();
    await act(intent);
    const { latest_charge } = await intentNow(intent);
    expect(latest_charge).toMatchObject({ amount_captured: 1_000 - released, amount_refunded: released });
    expect(await refundsOf(intent)).toMatchObject([{ amount: released, balance_transaction: null }]);
  });

  it('cannot be refunded', async () => {
    expect(await refusal(stripe.refunds.create({ payment_intent: (await authorize()).id }))).toMatchObject({
      statusCode: 400,
    });
  });

  it('ends by itself', async () => {
    let late = 0;
    await start({ now: () => Date.now() + late });
    const intent = await authorize();
    late = 7 * 86_400_000 + 1_000;
    await create();
    await eventually(async () => expect((await intentNow(intent)).status).toBe('canceled'));
    expect(await eventTypes()).toEqual(expect.arrayContaining(['charge.expired', 'payment_intent.canceled']));
  });
});

describe('a refund', () => {
  beforeEach(() => start({ settings: { settle_refunds_ms: 20 } }));

  const refund = (intent: Intent, over: Partial<Stripe.RefundCreateParams> = {}) =>
    stripe.refunds.create({ payment_intent: intent.id, ...over });

  it('is of all, by default', async () => {
    const intent = await pay();
    const made = await refund(intent, { metadata: { refund_ref: 'r1' }, reason: 'duplicate' });
    expect(made).toMatchObject({
      amount: 1_000,
      status: 'succeeded',
      reason: 'duplicate',
      metadata: { refund_ref: 'r1' },
    });
    expect(made.balance_transaction).toMatch(/^txn_/);
    expect(await stripe.refunds.retrieve(made.id)).toEqual(made);
    expect((await intentNow(intent)).latest_charge).toMatchObject({ refunded: true, amount_refunded: 1_000 });
  });

  it('is of parts, by charge or intent, until nothing is left', async () => {
    const intent = await pay();
    await refund(intent, { amount: 300 });
    await stripe.refunds.create({ charge: idOf(intent.latest_charge), amount: 200 });
    expect(await refusal(refund(intent, { amount: 501 }))).toEqual({
      statusCode: 400,
      rawType: 'invalid_request_error',
      param: 'amount',
    });
    await refund(intent);
    expect((await refundsOf(intent)).map(({ amount }) => amount)).toEqual([500, 200, 300]);
    const { latest_charge } = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge.refunds'] });
    const { refunds } = latest_charge as Stripe.Charge;
    expect(refunds).toMatchObject({ object: 'list', has_more: false, data: await refundsOf(intent) });
    expect(await refusal(refund(intent, { amount: 1 }))).toMatchObject({ code: 'charge_already_refunded' });
  });

  it('is never of more than was captured', async () => {
    const intent = await authorize();
    await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 600 });
    expect(await refusal(refund(intent, { amount: 601 }))).toMatchObject({ statusCode: 400, param: 'amount' });
    expect(await refund(intent)).toMatchObject({ amount: 600 });
  });

  it.each<[string, string, object, number]>([
    ['pm_card_pendingRefund', 'pending', { status: 'succeeded' }, 400],
    ['pm_card_refundFail', 'succeeded', { status: 'failed', failure_reason: 'expired_or_canceled_card' }, 0],
  ])('of %s ends later', async (card, first, ended, refunded) => {
    const intent = await pay(card);
    const made = await refund(intent, { amount: 400 });
    expect(made.status).toBe(first);
    await eventually(async () => expect(await stripe.refunds.retrieve(made.id)).toMatchObject(ended));
    expect((await intentNow(intent)).latest_charge).toMatchObject({ amount_refunded: refunded });
    expect(await eventTypes()).toContain('refund.updated');
  });

  it.each<[string, () => Promise<unknown>, object]>([
    ['of nothing that is named', () => stripe.refunds.create({}), { statusCode: 400 }],
    ['of what is unpaid', async () => refund(await create()), { statusCode: 400 }],
    ['for a reason of our own', async () => refund(await pay(), { reason: 'returned' as never }), { param: 'reason' }],
    ['of what is disputed', async () => refund(await pay('pm_card_createDispute')), { code: 'charge_disputed' }],
    ['that nobody has', () => stripe.refunds.retrieve('re_none'), { statusCode: 404, code: 'resource_missing' }],
  ])('is refused: %s', async (_, act, expected) => {
    expect(await refusal(act())).toMatchObject({ rawType: 'invalid_request_error', ...expected });
  });
});

describe('a dispute', () => {
  beforeEach(() => start());

  it('comes with its test card, and takes the money', async () => {
    const intent = await pay('pm_card_createDispute');
    const { data } = await stripe.disputes.list({ payment_intent: intent.id });
    expect(data).toMatchObject([{ amount: 1_000, status: 'needs_response', charge: intent.latest_charge }]);
    expect(await stripe.disputes.retrieve(data[0]?.id ?? '')).toEqual(data[0]);
    expect((await intentNow(intent)).latest_charge).toMatchObject({ disputed: true, captured: true });
    expect(await eventTypes()).toEqual(expect.arrayContaining(['charge.dispute.created']));
  });

  it('waits for the capture, of which it takes no more', async () => {
    const intent = await pay('pm_card_createDispute', { capture_method: 'manual' });
    expect((await stripe.disputes.list()).data).toEqual([]);
    await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 700 });
    expect((await stripe.disputes.list()).data).toMatchObject([{ amount: 700 }]);
  });

  it.each(['won', 'lost'])('is opened and %s by the bank; only what is won can be refunded then', async (status) => {
    const { id, latest_charge } = await pay();
    await test.control(`charges/${idOf(latest_charge)}/dispute`);
    const [dispute] = (await stripe.disputes.list({ charge: idOf(latest_charge) })).data;
    await test.control(`disputes/${dispute?.id}/close`, { status });
    expect(await stripe.disputes.retrieve(dispute?.id ?? '')).toMatchObject({ status });
    const refund = stripe.refunds.create({ payment_intent: id });
    if (status === 'won') expect(await refund).toMatchObject({ status: 'succeeded' });
    else await expect(refund).rejects.toMatchObject({ code: 'charge_disputed' });
  });
});

describe('a customer', () => {
  beforeEach(() => start());

  it('is created, changed, found and deleted', async () => {
    const { id } = await stripe.customers.create({ email: 'ann@example.com', metadata: { user_id: '7' } });
    await stripe.customers.create({ email: 'bob@example.com' });
    await stripe.customers.update(id, { name: 'Ann' });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ name: 'Ann', metadata: { user_id: '7' } });
    expect((await stripe.customers.list({ email: 'ann@example.com' })).data).toMatchObject([{ id }]);
    const intent = await pay(CARD, { customer: id });
    expect((await stripe.paymentIntents.list({ customer: id })).data.map((each) => each.id)).toEqual([intent.id]);
    expect(await stripe.customers.del(id)).toEqual(expect.objectContaining({ deleted: true }));
    expect(await refusal(stripe.customers.retrieve(id))).toMatchObject({ statusCode: 404 });
  });
});

describe('an idempotency key', () => {
  beforeEach(() => start());

  const under = (idempotencyKey: string, over: Over = {}) =>
    stripe.paymentIntents.create({ amount: 1_000, currency: 'usd', ...over }, { idempotencyKey });

  it('gives the first answer again, also to a client with another key of the account', async () => {
    test.wire.settings.secret_keys.push('sk_test_new');
    const first = await under('k1');
    const again = await stripeAt(test.wire.endpoint, 'sk_test_new').paymentIntents.create(
      { currency: 'usd', amount: 1_000 },
      { idempotencyKey: 'k1' },
    );
    expect(again).toEqual(first);
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(again.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': first.lastResponse.requestId,
    });
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });

  it('gives a decline again, and not a wrong parameter', async () => {
    const declined = { payment_method: 'pm_card_chargeDeclined', confirm: true };
    for (let i = 0; i < 2; i++) expect(await refusal(under('k1', declined))).toMatchObject({ statusCode: 402 });
    expect((await stripe.charges.list()).data).toHaveLength(1);
    expect(await refusal(under('k2', { amount: 0 }))).toMatchObject({ param: 'amount' });
    expect(await under('k2')).toMatchObject({ amount: 1_000 });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['other parameters', () => under('k1', { amount: 999 })],
    ['another route', () => stripe.customers.create({}, { idempotencyKey: 'k1' })],
  ])('cannot be used for %s', async (_, act) => {
    await under('k1');
    expect(await refusal(act())).toEqual({ statusCode: 400, rawType: 'idempotency_error' });
  });

  it('belongs to one request at a time', async () => {
    test.wire.settings.faults.delay_answers_ms = 200;
    const first = under('k1');
    await eventually(async () => expect((await stripe.paymentIntents.list()).data).toHaveLength(1));
    expect(await refusal(under('k1'))).toEqual({
      statusCode: 409,
      rawType: 'idempotency_error',
      code: 'idempotency_key_in_use',
    });
    expect(await under('k2')).not.toMatchObject({ id: (await first).id });
    expect(await under('k1')).toMatchObject({ id: (await first).id });
  });

  it('is forgotten after 24 hours', async () => {
    let late = 0;
    await start({ now: () => Date.now() + late });
    const first = await under('k1');
    late = 86_400_000 - 60_000;
    expect(await under('k1')).toMatchObject({ id: first.id });
    late = 86_400_000 + 1_000;
    expect(await under('k1')).not.toMatchObject({ id: first.id });
  });

  it('makes one payment of a request whose answer was lost, and which the SDK repeats', async () => {
    const patient = stripeAt(test.wire.endpoint, undefined, { maxNetworkRetries: 2 });
    test.wire.settings.faults.lose_answers = 1;
    const paid = patient.paymentIntents.create({ amount: 1_000, currency: 'usd' });
    await eventually(() => expect(test.exchanges.length).toBeGreaterThan(0));
    test.wire.settings.faults.lose_answers = 0;
    const { data } = await stripe.paymentIntents.list();
    expect(data.map(({ id }) => id)).toEqual([(await paid).id]);
  });
});

describe('events', () => {
  beforeEach(() => start());

  it('are listed in pages, forwards and backwards', async () => {
    for (let i = 0; i < 5; i++) await create();
    const all = (await stripe.events.list({ limit: 100 })).data.map(({ id }) => id);
    const [newest = '', second = '', third = '', fourth = '', oldest = ''] = all;
    const page = async (params: Stripe.EventListParams) => {
      const { data, has_more } = await stripe.events.list(params);
      return [data.map(({ id }) => id), has_more];
    };
    expect(await page({ limit: 2 })).toEqual([[newest, second], true]);
    expect(await page({ limit: 2, starting_after: third })).toEqual([[fourth, oldest], false]);
    expect(await page({ limit: 2, ending_before: fourth })).toEqual([[second, third], true]);
    expect(await page({ limit: 2, ending_before: second })).toEqual([[newest], false]);
    const walked: string[] = [];
    for await (const { id } of stripe.events.list({ limit: 2 })) walked.push(id);
    expect(walked).toEqual(all);
    expect(await stripe.events.retrieve(newest)).toMatchObject({ type: 'payment_intent.created' });
  });

  it('are filtered by time and type', async () => {
    let now = 1_800_000_000_000;
    await start({ now: () => now });
    await create();
    now += 10_000;
    await pay();
    const since = async (created: Stripe.RangeQueryParam) =>
      (await stripe.events.list({ created, limit: 100 })).data.length;
    expect(await since({ gte: 1_800_000_000 })).toBe(4);
    expect(await since({ gte: 1_800_000_001 })).toBe(3);
    expect(await since({ gt: 1_800_000_000, lte: 1_800_000_010 })).toBe(3);
    expect(await since({ lt: 1_800_000_010 })).toBe(1);
    expect((await stripe.events.list({ type: 'charge.succeeded' })).data).toHaveLength(1);
    expect((await stripe.events.list({ types: ['charge.succeeded', 'payment_intent.created'] })).data).toHaveLength(3);
  });

  it('hold the object as it was, and who changed it', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 700, currency: 'eur' }, { idempotencyKey: 'k1' });
    await confirm(intent, CARD);
    const [first] = (await stripe.events.list({ type: 'payment_intent.created' })).data;
    expect(first?.data.object).toMatchObject({ id: intent.id, status: 'requires_payment_method' });
    expect(first?.request).toEqual({ id: intent.lastResponse.requestId, idempotency_key: 'k1' });
  });

  it.each<[string, Stripe.EventListParams, object]>([
    ['a page of 101', { limit: 101 }, { param: 'limit' }],
    ['a cursor that nobody has', { starting_after: 'evt_none' }, { param: 'starting_after' }],
    ['both cursors', { starting_after: 'evt_1', ending_before: 'evt_2' }, {}],
    ['what cannot be expanded', { expand: ['data.amount'] }, {}],
  ])('are not listed: %s', async (_, params, expected) => {
    await create();
    expect(await refusal(stripe.events.list(params))).toMatchObject({ statusCode: 400, ...expected });
  });
});

describe('webhooks', () => {
  let hook: WebhookReceiver;
  beforeEach(async () => {
    hook = await receiver();
    await listen();
  });

  const listen = (deliveries: Partial<DeliveryLimits> = {}) =>
    start({
      deliveries: { firstMs: 10, mostMs: 40, ...deliveries },
      settings: { webhook_url: hook.url, webhook_secrets: ['whsec_one'] },
    });
  const received = (count: number) => eventually(() => expect(hook.deliveries).toHaveLength(count));
  const verify = (secret: string) =>
    hook.deliveries.map(({ body, headers }) =>
      stripe.webhooks.constructEvent(body, String(headers['stripe-signature']), secret),
    );

  it('are signed so that the SDK accepts them, and only with their secret', async () => {
    await pay();
    await received(3);
    const types = verify('whsec_one').map(({ type }) => type);
    expect(types.sort()).toEqual(['charge.succeeded', 'payment_intent.created', 'payment_intent.succeeded']);
    expect(() => verify('whsec_two')).toThrow(/signature/);
    await eventually(async () => {
      const { data } = await stripe.events.list();
      expect(data.map(({ pending_webhooks }) => pending_webhooks)).toEqual([0, 0, 0]);
    });
  });

  it('are signed with both secrets while they are rotated', async () => {
    test.wire.settings.webhook_secrets = ['whsec_one', 'whsec_two'];
    await create();
    await received(1);
    for (const secret of ['whsec_one', 'whsec_two']) expect(verify(secret)).toHaveLength(1);
  });

  it.each<[string, 302 | 500 | 'never']>([
    ['refused', 500],
    ['redirected', 302],
    ['unanswered', 'never'],
  ])('are repeated when they are %s', async (_, status) => {
    await listen({ deadlineMs: status === 'never' ? 300 : 10_000, attempts: 1_000 });
    hook.answer = () => (hook.deliveries.length <= 2 ? status : 200);
    await create();
    await eventually(async () => expect((await stripe.events.list()).data[0]?.pending_webhooks).toBe(0));
    expect(hook.deliveries.length).toBeGreaterThan(2);
    expect(new Set(hook.events.map(({ id }) => id)).size).toBe(1);
  });

  it('survive a restart, like everything else', async () => {
    await listen({ firstMs: 1_000 });
    hook.answer = () => 500;
    const intent = await stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'k1' });
    await received(1);
    await test.restart();
    stripe = test.stripe;
    hook.answer = () => 200;
    await eventually(async () => expect((await stripe.events.list()).data[0]?.pending_webhooks).toBe(0));
    expect(await intentNow(intent)).toMatchObject({ id: intent.id });
    const again = stripe.paymentIntents.create({ amount: 1_000, currency: 'usd' }, { idempotencyKey: 'k1' });
    expect((await again).lastResponse.headers['idempotent-replayed']).toBe('true');
  });
});

describe('a fault', () => {
  let hook: WebhookReceiver;
  beforeEach(async () => {
    hook = await receiver();
    await start({ settings: { webhook_url: hook.url, webhook_secrets: ['whsec_one'] } });
  });

  const switchOn = (faults: object) => test.control('settings', { faults });

  it('drops events, which lists still have', async () => {
    await switchOn({ drop_events: 1 });
    await create({ amount: 1 });
    await switchOn({ drop_events: 0 });
    await create({ amount: 2 });
    await eventually(() => expect(hook.deliveries).toHaveLength(1));
    expect(hook.events).toMatchObject([{ data: { object: { amount: 2 } } }]);
    expect(await eventTypes()).toHaveLength(2);
  });

  it('doubles events, also under a new id', async () => {
    await switchOn({ duplicate_events: 1 });
    await create();
    await eventually(() => expect(hook.deliveries).toHaveLength(3));
    expect(new Set(hook.events.map(({ id }) => id)).size).toBe(2);
    expect(await eventTypes()).toHaveLength(2);
  });

  it('shuffles events', async () => {
    await switchOn({ shuffle_events: 1 });
    for (let i = 0; i < 10; i++) await create({ amount: i + 1 });
    await eventually(() => expect(hook.deliveries).toHaveLength(10));
    const amounts = hook.events.map(({ data }) => (data.object as Intent).amount);
    expect(amounts).not.toEqual([...amounts].sort((a, b) => a - b));
  });

  it('delays events', async () => {
    await switchOn({ delay_events_ms: 300 });
    const begun = performance.now();
    await create();
    await eventually(() => expect(hook.deliveries).toHaveLength(1));
    expect(performance.now() - begun).toBeGreaterThan(290);
  });

  it('loses answers of what is done', async () => {
    await switchOn({ lose_answers: 1 });
    await expect(create()).rejects.toThrow(/connection/i);
    await switchOn({ lose_answers: 0 });
    // The SDK repeats a cut request once by itself, under the same key.
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });

  it.each([
    [429, 'invalid_request_error'],
    [500, 'api_error'],
  ])('refuses everything with %s', async (status, rawType) => {
    await switchOn({ refuse_with: status });
    expect(await refusal(create())).toMatchObject({ statusCode: status, rawType });
    await switchOn({ refuse_with: 0 });
    expect((await stripe.paymentIntents.list()).data).toEqual([]);
  });

  it('spares the buyer, who goes by the ways of the wire itself', async () => {
    const { id } = await create();
    await switchOn({ lose_answers: 1, refuse_with: 500 });
    const path = `payment_intents/${id}/confirm`;
    expect(await test.control(path, { payment_method: 'pm_card_visa' })).toMatchObject({ id, status: 'succeeded' });
    const read = stripe.rawRequest('GET', `/wire/payment_intents/${id}`);
    expect(await read).toMatchObject({ id, status: 'succeeded' });
  });

  it('is shown, and refused if it is none', async () => {
    expect(await refusal(switchOn({ drop_events: 2 }))).toMatchObject({ param: 'faults[drop_events]' });
    expect(await refusal(switchOn({ eat_events: 1 }))).toMatchObject({ code: 'parameter_unknown' });
    await switchOn({ drop_events: 0.5 });
    expect(await stripe.rawRequest('GET', '/wire/settings')).toMatchObject({ faults: { drop_events: 0.5 } });
  });
});

describe('a key', () => {
  beforeEach(() => start());

  const ask = (path: string, headers: Record<string, string>, body?: string | URLSearchParams) =>
    fetch(test.wire.endpoint + path, { headers, ...(body !== undefined && { method: 'POST', body }) });

  it('is taken as a bearer or by Basic, and two while they are rotated', async () => {
    test.wire.settings.secret_keys.push('sk_test_new');
    const basic = `Basic ${Buffer.from('sk_test_new:').toString('base64')}`;
    for (const authorization of ['Bearer sk_test_local', 'Bearer sk_test_new', basic])
      expect((await ask('/v1/events', { authorization })).status).toBe(200);
  });

  it.each<[string, Record<string, string>, string]>([
    ['none', {}, 'You did not provide an API key.'],
    ['another', { authorization: 'Bearer sk_test_other' }, 'Invalid API Key provided: sk_test_****'],
  ])('is asked for: %s', async (_, headers, message) => {
    for (const body of [undefined, new URLSearchParams('amount=1')]) {
      const answer = await ask('/v1/payment_intents', headers, body);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="Stripe"');
      expect(await answer.json()).toMatchObject({
        error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
      });
    }
  });

  const KEY = { authorization: 'Bearer sk_test_local' };

  it('opens nothing under another name of this machine', async () => {
    const asked = request(`${test.wire.endpoint}/v1/events`, { headers: { ...KEY, host: 'evil.example' } }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(403);
  });

  it.each<[string, string, Record<string, string>, string | undefined, number]>([
    ['an unknown route', '/v1/plans', {}, undefined, 404],
    ['another method', '/v1/events', {}, 'a=b', 404],
    ['a body of JSON', '/v1/customers', { 'content-type': 'application/json' }, '{}', 400],
    ['a body of 300 kB', '/v1/customers', {}, 'x'.repeat(300_000), 413],
    ['a page of another site', '/v1/customers', { origin: 'https://evil.example' }, 'name=x', 403],
  ])('does not open %s', async (_, path, headers, body, status) => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask(path, { ...KEY, ...form, ...headers }, body)).status).toBe(status);
  });

  it('names every answer', async () => {
    const { headers } = await ask('/v1/events', { ...KEY, 'stripe-version': '2026-10-28.endive' });
    expect(headers.get('request-id')).toMatch(/^req_\w{14}$/);
    expect(headers.get('stripe-version')).toBe('2026-10-28.endive');
  });
});

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StripePaymentProvider } from './stripe-payment-provider.js';

interface Asked {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  form: Record<string, string>;
}
type Reply = { status?: number; body: object } | 'never' | 'cut';

/** Answers by a script, so that every answer that Stripe may give can be given. */
class StubServer {
  readonly asked: Asked[] = [];
  reply: (asked: Asked) => Reply = () => ({ body: {} });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StubServer> {
    const server = createServer();
    const stub = new StubServer(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
        const asked = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, form };
        stub.asked.push(asked);
        const reply = stub.reply(asked);
        if (reply === 'cut') response.destroy();
        else if (reply !== 'never') response.writeHead(reply.status ?? 200).end(JSON.stringify(reply.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const ORDER_REF = '11111111-1111-4111-8111-111111111111';
const PAYMENT_REF = '22222222-2222-4222-8222-222222222222';
const NEW = {
  amount: 1_200,
  currency: 'USD',
  capture: 'automatic',
  metadata: { order_ref: ORDER_REF, payment_ref: PAYMENT_REF, stage: 'test' },
} as const;

const intent = (more: object = {}) => ({
  id: 'pi_1',
  object: 'payment_intent',
  amount: 1_200,
  amount_capturable: 0,
  amount_received: 0,
  client_secret: 'pi_1_secret',
  currency: 'usd',
  last_payment_error: null,
  latest_charge: null,
  metadata: { order_ref: ORDER_REF, payment_ref: PAYMENT_REF },
  status: 'requires_payment_method',
  ...more,
});
const charge = (more: object = {}) => ({
  id: 'ch_1',
  object: 'charge',
  amount: 1_200,
  created: 1_800_000_000,
  status: 'succeeded',
  disputed: false,
  payment_method_details: { card: {} },
  ...more,
});
const failed = (status: number, error: object) => () => ({ status, body: { error: { message: 'no', ...error } } });

describe('Stripe as the payment provider', () => {
  let stub: StubServer;
  let provider: StripePaymentProvider;
  beforeEach(async () => {
    stub = await StubServer.start();
    const { port } = stub;
    const at = { host: '127.0.0.1', port, protocol: 'http' } as const;
    provider = new StripePaymentProvider({ secretKey: 'sk_test_local', ...at, createTimeoutMs: 300 });
  });
  afterEach(() => stub.stop());
  const unavailable = expect.objectContaining({ code: 'payment-provider-unavailable', retryAfter: 2 }) as unknown;

  it('asks for the amount under the key of the attempt, with the names of order and payment', async () => {
    stub.reply = () => ({ body: intent() });
    expect(await provider.create(NEW, PAYMENT_REF)).toEqual({ provider_ref: 'pi_1', client_secret: 'pi_1_secret' });
    expect(stub.asked).toMatchObject([
      {
        method: 'POST',
        url: '/v1/payment_intents',
        headers: { 'idempotency-key': PAYMENT_REF, authorization: 'Bearer sk_test_local' },
        form: {
          amount: '1200',
          currency: 'usd',
          capture_method: 'automatic',
          'metadata[order_ref]': ORDER_REF,
          'metadata[payment_ref]': PAYMENT_REF,
        },
      },
    ]);
  });

  const paidBy = (latest_charge: object) => intent({ status: 'succeeded', amount_received: 1_200, latest_charge });
  const refund = (id: string, more: object = {}) => ({
    id,
    amount: 100,
    status: 'succeeded',
    metadata: {},
    balance_transaction: 'txn_1',
    ...more,
  });

  it('reads an intent that nobody disputes, and its refunds, by one question', async () => {
    const refunds = { data: [refund('re_1')], has_more: false };
    stub.reply = () => ({ body: paidBy(charge({ refunds })) });
    expect(await provider.fetch('pi_1')).toMatchObject({
      captured_amount: 1_200,
      refunds: [{ provider_ref: 're_1', amount: 100, status: 'succeeded' }],
      disputes: [],
    });
    expect(stub.asked).toHaveLength(1);
    expect(decodeURIComponent(stub.asked[0]?.url ?? '')).toContain('expand[0]=latest_charge.refunds');
  });

  it('reads an intent with many refunds and with disputes, page by page', async () => {
    const paid = paidBy(charge({ disputed: true, refunds: { data: [refund('re_1')], has_more: true } }));
    stub.reply = ({ url }) => {
      if (url.startsWith('/v1/disputes')) {
        const disputes = [
          { id: 'dp_1', amount: 50, status: 'needs_response' },
          { id: 'dp_2', amount: 50, status: 'warning_closed' },
        ];
        return { body: { data: disputes, has_more: false } };
      }
      if (!url.startsWith('/v1/refunds')) return { body: paid };
      return url.includes('starting_after=re_2')
        ? { body: { data: [refund('re_3', { metadata: { refund_ref: 'ours' }, status: 'pending' })], has_more: false } }
        : { body: { data: [refund('re_1'), refund('re_2', { balance_transaction: null })], has_more: true } };
    };
    expect(await provider.fetch('pi_1')).toMatchObject({
      status: 'captured',
      amount: 1_200,
      currency: 'USD',
      authorized_amount: 1_200,
      captured_amount: 1_200,
      charge_ref: 'ch_1',
      refunds: [
        { provider_ref: 're_1', refund_ref: null, amount: 100, status: 'succeeded' },
        { provider_ref: 're_3', refund_ref: 'ours', amount: 100, status: 'pending' },
      ],
      disputes: [{ provider_ref: 'dp_1', amount: 50, status: 'open' }],
    });
  });

  it.each([
    ['created', intent()],
    ['failed', intent({ last_payment_error: { code: 'card_declined', decline_code: 'generic', message: 'No.' } })],
    ['requires_action', intent({ status: 'requires_action' })],
    ['processing', intent({ status: 'processing' })],
    ['authorized', intent({ status: 'requires_capture', amount_capturable: 1_200, latest_charge: charge() })],
    ['cancelled', intent({ status: 'canceled' })],
  ])('reads an intent that is %s', async (status, body) => {
    stub.reply = () => ({ body });
    const read = await provider.fetch('pi_1');
    expect(read.status).toBe(status);
    expect(read.failure).toEqual(status === 'failed' ? { code: 'generic', message: 'No.' } : null);
    expect(read.capture_before).toBe(status === 'authorized' ? '2027-01-20T08:00:00.000Z' : null);
    expect(stub.asked).toHaveLength(1);
  });

  it.each([
    ['a broken connection', () => 'cut' as const],
    ['an error of Stripe', failed(500, { type: 'api_error' })],
    ['too many requests', failed(429, { type: 'rate_limit_error' })],
    ['a key that is not valid', failed(401, { type: 'authentication_error' })],
    ['a key that is in use', failed(409, { type: 'idempotency_error', code: 'idempotency_key_in_use' })],
    ['a key that was used for something else', failed(400, { type: 'idempotency_error' })],
  ])('does not know the outcome after %s, and does not try again by itself', async (_, reply) => {
    stub.reply = reply;
    await expect(provider.create(NEW, PAYMENT_REF)).rejects.toEqual(unavailable);
    expect(stub.asked).toHaveLength(1);
  });

  it('knows that nothing was done after a refusal', async () => {
    stub.reply = failed(400, { type: 'invalid_request_error', code: 'amount_too_small' });
    await expect(provider.create(NEW, PAYMENT_REF)).rejects.toMatchObject({
      code: 'payment-provider-refused',
      details: { reason: 'amount_too_small' },
    });
  });

  it('waits for a frozen provider no longer than the deadline, and soon not at all', async () => {
    stub.reply = () => 'never';
    for (let call = 0; call < 5; call++) {
      const began = performance.now();
      await expect(provider.create(NEW, PAYMENT_REF)).rejects.toEqual(unavailable);
      expect(performance.now() - began).toBeLessThan(1_500);
    }
    const { length } = stub.asked;
    await expect(provider.create(NEW, PAYMENT_REF)).rejects.toEqual(unavailable);
    expect(stub.asked).toHaveLength(length);
  });

  it('captures, cancels and refunds under the key that it is given', async () => {
    stub.reply = () => ({ body: intent() });
    await provider.capture('pi_1', { amount: 5, currency: 'ISK' }, 'capture-1');
    await provider.cancel('pi_1', 'cancel-1');
    await provider.refund({
      provider_ref: 'pi_1',
      amount: 5,
      currency: 'ISK',
      reason: 'duplicate',
      refund_ref: 'refund-1',
    });
    expect(stub.asked.map(({ url, form, headers }) => [url, form, headers['idempotency-key']])).toEqual([
      ['/v1/payment_intents/pi_1/capture', { amount_to_capture: '500' }, 'capture-1'],
      ['/v1/payment_intents/pi_1/cancel', {}, 'cancel-1'],
      [
        '/v1/refunds',
        { payment_intent: 'pi_1', amount: '500', reason: 'duplicate', 'metadata[refund_ref]': 'refund-1' },
        'refund-1',
      ],
    ]);
  });

  it('lists events by the intent that they are about', async () => {
    const event = (id: string, object: object, type = 'refund.updated') => ({
      id,
      type,
      created: 1_800_000_000,
      data: { object },
    });
    const data = [
      event('evt_1', { object: 'payment_intent', id: 'pi_1' }),
      event('evt_2', { object: 'refund', id: 're_1', payment_intent: 'pi_2' }),
      event('evt_3', { object: 'charge', id: 'ch_1', payment_intent: null }),
      event('evt_4', { object: 'payment_intent', id: 'pi_4' }, 'payment_intent.partially_funded'),
    ];
    stub.reply = () => ({ body: { data, has_more: false } });
    const found = await provider.events(new Date(1_000), new Date(61_999));
    expect(found.map(({ event_ref, object_ref }) => [event_ref, object_ref])).toEqual([
      ['evt_1', 'pi_1'],
      ['evt_2', 'pi_2'],
      ['evt_3', null],
      ['evt_4', null],
    ]);
    const asked = new URL(stub.asked[0]?.url ?? '', 'http://stripe').searchParams;
    expect([asked.get('created[gte]'), asked.get('created[lt]')]).toEqual(['1', '61']);
    expect([...asked.keys()].filter((name) => name.startsWith('types')).length).toBeLessThanOrEqual(20);
  });
});

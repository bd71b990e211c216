import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { eventually } from '../../../../test/support/eventually.js';
import { idOf, stripeAt, StripeProcess } from '../../../../test/support/stripe.js';

const KILLS = 4;
const AT_ONCE = 30;

describe('the embedded Stripe, killed while it works', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'stripe-crash-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('keeps what it has answered, and makes one payment of each key', async () => {
    const answered = new Map<string, Stripe.PaymentIntent>();
    const keys: string[] = [];
    const pay = async (wire: StripeProcess, key: string) => {
      const params = { amount: 1_000, currency: 'usd', payment_method: 'pm_card_visa', confirm: true };
      const intent = await stripeAt(wire.endpoint).paymentIntents.create(params, { idempotencyKey: key });
      expect(answered.get(key) ?? intent).toEqual(intent);
      answered.set(key, intent);
    };
    for (let kill = 0; kill < KILLS; kill++) {
      const wire = await StripeProcess.start({ dataDir });
      keys.push(...Array.from({ length: AT_ONCE }, (_, index) => `${kill}-${index}`));
      const before = answered.size;
      const paying = keys.map((key) => pay(wire, key).catch(() => undefined));
      await eventually(() => expect(answered.size).toBeGreaterThan(before));
      await wire.end('SIGKILL');
      await Promise.all(paying);
    }
    const wire = await StripeProcess.start({ dataDir });
    for (const key of keys) await pay(wire, key);
    const stripe = stripeAt(wire.endpoint);
    const ids = async (list: Stripe.ApiListPromise<{ id: string }>) =>
      (await list.autoPagingToArray({ limit: 10_000 })).map(({ id }) => id).sort();
    const paid = [...answered.values()];
    expect(await ids(stripe.paymentIntents.list({ limit: 100 }))).toEqual(paid.map(({ id }) => id).sort());
    expect(await ids(stripe.charges.list({ limit: 100 }))).toEqual(paid.map((each) => idOf(each.latest_charge)).sort());
    expect(await ids(stripe.events.list({ limit: 100 }))).toHaveLength(3 * keys.length);
    await wire.end('SIGTERM');
  });
});

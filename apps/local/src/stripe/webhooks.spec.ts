import Stripe from 'stripe';
import type { Desk } from './desk.js';
import { NO_FAULTS } from './settings.js';
import type { Store, Task } from './store.js';
import { deliver, type DeliveryLimits, signature } from './webhooks.js';

const LIMITS: DeliveryLimits = { deadlineMs: 100, firstMs: 1_000, mostMs: 10_000, attempts: 6 };
const NOW = 1_800_000_000_000;

/** A desk whose receiver is not there. */
function desk(webhook_url: string | null): Desk {
  const store = { find: () => ({ id: 'evt_1' }), put: () => undefined } as unknown as Store;
  const settings = {
    secret_keys: [],
    webhook_secrets: ['whsec_1'],
    webhook_url,
    settle_refunds_ms: 0,
    faults: NO_FAULTS,
  };
  return { store, settings, now: () => NOW, random: Math.random };
}

const task = (attempts: number): Task => ({ position: 1, name: 'deliver', subject: 'evt_1', due: 0, attempts });
const later = (attempts: number, url: string | null = 'http://127.0.0.1:1/') =>
  deliver(desk(url), task(attempts), LIMITS, new AbortController().signal);

describe('a delivery', () => {
  it.each([
    [0, 1_000],
    [1, 2_000],
    [3, 8_000],
    [4, 10_000],
  ])('that failed %d times before is tried again, later and later', async (attempts, wait) => {
    expect(await later(attempts)).toBe(NOW + wait);
  });

  it('is given up after its last attempt', async () => {
    expect(await later(5)).toBeUndefined();
  });

  it('is not made without a receiver', async () => {
    expect(await later(0, null)).toBeUndefined();
  });
});

describe('a signature', () => {
  const { webhooks } = new Stripe('sk_test_local');
  const payload = '{"object":"event"}';

  it('is valid for five minutes', () => {
    const header = (secondsAgo: number) => signature(payload, ['whsec_1'], Math.floor(Date.now() / 1_000) - secondsAgo);
    expect(webhooks.constructEvent(payload, header(290), 'whsec_1')).toEqual({ object: 'event' });
    expect(() => webhooks.constructEvent(payload, header(310), 'whsec_1')).toThrow('tolerance');
    expect(() => webhooks.constructEvent(`${payload} `, header(0), 'whsec_1')).toThrow('signature');
  });

  it('is there once for each secret', () => {
    expect(signature(payload, ['a', 'b'], 7)).toMatch(/^t=7,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
  });
});

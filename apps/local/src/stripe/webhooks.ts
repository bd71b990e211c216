import { createHmac } from 'node:crypto';
import type { Desk } from './desk.js';
import type { Task } from './store.js';

export interface DeliveryLimits {
  /** How long one delivery may take. */
  deadlineMs: number;
  /** The wait after the first failure; it doubles up to `mostMs`. */
  firstMs: number;
  mostMs: number;
  attempts: number;
}

/** Stripe goes on for three days; a developer's other part is back sooner. */
export const DELIVERY_LIMITS: DeliveryLimits = { deadlineMs: 10_000, firstMs: 1_000, mostMs: 300_000, attempts: 20 };

/** The header `Stripe-Signature`: with two secrets, as during a rotation, two signatures. */
export function signature(payload: string, secrets: readonly string[], seconds: number): string {
  const signed = (secret: string) => createHmac('sha256', secret).update(`${seconds}.${payload}`).digest('hex');
  return [`t=${seconds}`, ...secrets.map((secret) => `v1=${signed(secret)}`)].join(',');
}

/** Delivers an event once. Returns when to try again; undefined if that is not needed, or given up. */
export async function deliver(
  desk: Desk,
  task: Task,
  limits: DeliveryLimits,
  stopping: AbortSignal,
): Promise<number | undefined> {
  const { store, settings, now } = desk;
  const event = store.find('event', task.subject);
  if (!event || settings.webhook_url === null) return undefined;
  const payload = JSON.stringify(event);
  const header = signature(payload, settings.webhook_secrets, Math.floor(now() / 1_000));
  const signal = AbortSignal.any([AbortSignal.timeout(limits.deadlineMs), stopping]);
  if (await send(settings.webhook_url, { payload, header, signal })) {
    store.put({ ...event, pending_webhooks: 0 });
    return undefined;
  }
  const attempts = task.attempts + 1;
  if (attempts >= limits.attempts) return undefined;
  return now() + Math.min(limits.firstMs * 2 ** task.attempts, limits.mostMs);
}

/** Whether the receiver has taken it: only a 2xx says so. */
async function send(
  url: string,
  { payload, header, signal }: { payload: string; header: string; signal: AbortSignal },
): Promise<boolean> {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'stripe-signature': header,
    'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
  };
  try {
    const response = await fetch(url, { method: 'POST', redirect: 'manual', signal, headers, body: payload });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Stripe from 'stripe';
import type { EmbeddedStripe } from '../../../apps/local/src/environment.js';
import { LOCAL_KEY } from '../../../apps/local/src/stripe/stripe-wire.js';
import type { Faults } from '../../../apps/local/src/stripe/settings.js';
import { endChild, startChild } from './child.js';

/** Signs the events. */
export const WEBHOOK_SECRET = 'whsec_proofs';
const PAGE = { limit: 100 };
/** About as many events as some buyers make together meanwhile. */
const NEWEST = { limit: 40 };

/** The embedded Stripe as a process that can be killed, frozen and restarted, and what its dashboard would show. */
export class StripePart {
  /** Asks with the key that is in use. */
  sdk: Stripe;
  private child: ChildProcess | undefined;

  constructor(
    private readonly folder: string,
    private readonly port: number,
    /** Where its events go. */
    private readonly webhookUrl: string,
  ) {
    this.sdk = this.sdkWith(LOCAL_KEY);
  }

  get place(): EmbeddedStripe {
    return { endpoint: `http://127.0.0.1:${this.port}`, secretKey: LOCAL_KEY, webhookSecret: WEBHOOK_SECRET };
  }

  /** Uses this key from now on. */
  useKey(key: string): void {
    this.sdk = this.sdkWith(key);
  }

  /** Stripe's own client, which neither retries nor waits long. */
  private sdkWith(key: string): Stripe {
    const options = { protocol: 'http', telemetry: false, maxNetworkRetries: 0, timeout: 10_000 } as const;
    return new Stripe(key, { host: '127.0.0.1', port: this.port, ...options });
  }

  async start(): Promise<void> {
    const settings = { webhook_url: this.webhookUrl, webhook_secrets: [WEBHOOK_SECRET] };
    const wanted = { port: this.port, dataDir: join(this.folder, 'stripe'), settings };
    const logFile = join(this.folder, 'stripe.log');
    this.child = startChild({
      program: 'bench/proofs/frame/stripe-process.js',
      args: [JSON.stringify(wanted)],
      logFile,
    });
    const failed = once(this.child, 'exit').then(() => {
      throw new Error(`The embedded Stripe did not start; see ${logFile}.`);
    });
    await Promise.race([once(this.child, 'message'), failed]);
    failed.catch(() => undefined);
  }

  async kill(): Promise<void> {
    if (this.child) await endChild(this.child, 'SIGKILL');
  }

  pause(): void {
    this.child?.kill('SIGSTOP');
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  /** Calls one of the wire's own routes. */
  control(path: string, params: Record<string, unknown> = {}): Promise<unknown> {
    return this.sdk.rawRequest('POST', `/wire/${path}`, params);
  }

  faults(faults: Partial<Faults>): Promise<unknown> {
    return this.control('settings', { faults });
  }

  /** Pays as the buyer's browser does, and returns the intent's status then; a refusal is one. */
  async confirm(intent: string, method = 'pm_card_visa'): Promise<Stripe.PaymentIntent['status']> {
    await this.sdk.paymentIntents.confirm(intent, { payment_method: method }).catch(() => undefined);
    return (await this.sdk.paymentIntents.retrieve(intent)).status;
  }

  /** The buyer's bank declines. */
  async decline(intent: string): Promise<void> {
    const declined = { payment_method: 'pm_card_chargeDeclined' };
    await this.sdk.paymentIntents.confirm(intent, declined).catch(() => undefined);
  }

  intents(): Promise<Stripe.PaymentIntent[]> {
    return all(this.sdk.paymentIntents.list(PAGE));
  }

  refunds(): Promise<Stripe.Refund[]> {
    return all(this.sdk.refunds.list(PAGE));
  }

  disputes(): Promise<Stripe.Dispute[]> {
    return all(this.sdk.disputes.list(PAGE));
  }

  /** All events about an intent, its refunds and its disputes, newest first. */
  async eventsAbout(intent: string): Promise<Stripe.Event[]> {
    const found: Stripe.Event[] = [];
    for await (const event of this.sdk.events.list(NEWEST)) {
      const { id, payment_intent } = event.data.object as { id?: string; payment_intent?: string };
      if (id === intent || payment_intent === intent) found.push(event);
      if (id === intent && event.type === 'payment_intent.created') break;
    }
    return found;
  }
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of pages) found.push(each);
  return found;
}

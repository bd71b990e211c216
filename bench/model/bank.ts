import Stripe from 'stripe';
import type { Clock } from '@app/kernel';
import { EVENT_TYPES } from '../../apps/payments/src/providers/stripe-objects.js';
import { signature } from '../../apps/local/src/stripe/webhooks.js';
import { idOf, WireUnderTest } from '../../test/support/stripe.js';

export const WEBHOOK_SECRET = 'whsec_model';

/** What a buyer may do with a payment in the browser. */
export const CARDS = {
  'pays by card': { payment_method: 'pm_card_visa' },
  'is declined': { payment_method: 'pm_card_chargeDeclined' },
  'is asked for 3-D Secure, and leaves': { payment_method: 'pm_card_authenticationRequired' },
  'pays with 3-D Secure': { payment_method: 'pm_card_authenticationRequired', succeeds: true },
  'fails 3-D Secure': { payment_method: 'pm_card_authenticationRequired', succeeds: false },
} as const;
export type Card = keyof typeof CARDS;

/** One payment as the provider's books have it, in minor units. */
export interface Booked {
  ref: string;
  orderRef: string;
  captured: number;
  refunded: number;
  disputed: number;
  /** Of `refunded`, by our names; null for what was refunded at the provider. */
  refunds: { ref: string | null; amount: number }[];
  /** What the bank promises, or had promised until that ended. */
  promised: number;
}

/** The embedded Stripe, with what buyers, their banks and people at its dashboard do there. */
export class Bank {
  private since = 0;
  private readonly past = new Set<string>();

  private constructor(
    private readonly wire: WireUnderTest,
    private readonly clock: Clock,
  ) {}

  static async open(clock: Clock): Promise<Bank> {
    const now = () => clock.now().getTime();
    const settings = { webhook_secrets: [WEBHOOK_SECRET] };
    return new Bank(await WireUnderTest.start({ now, settings, onAnswer: () => undefined }), clock);
  }

  get endpoint(): URL {
    return new URL(this.wire.wire.endpoint);
  }

  close(): Promise<void> {
    return this.wire.stop();
  }

  /** Forgets what was before. */
  reset(): void {
    this.since = Math.floor(this.clock.now().getTime() / 1_000);
    this.past.clear();
  }

  /** Lets it notice the time: authorisations may have ended. */
  async look(): Promise<void> {
    await this.wire.control('settings');
  }

  async confirm(clientSecret: string, card: Card): Promise<void> {
    const [ref = ''] = clientSecret.split('_secret_');
    const { payment_method, ...bank } = CARDS[card];
    await unlessRefused(async () => {
      await this.wire.stripe.paymentIntents.confirm(ref, { payment_method });
      if ('succeeds' in bank) await this.wire.control(`payment_intents/${ref}/authenticate`, bank);
    });
  }

  /** Refunds a share of what is left of a payment. */
  async refund(ref: string, share: number): Promise<void> {
    const { captured, refunded } = await this.payment(ref);
    const amount = Math.ceil((captured - refunded) * share);
    await unlessRefused(() => this.wire.stripe.refunds.create({ payment_intent: ref, amount }));
  }

  /** A bank takes a captured payment back; if it has done so already, it decides about that. */
  async dispute(ref: string, decision: 'won' | 'lost'): Promise<void> {
    const { data } = await this.wire.stripe.disputes.list({ payment_intent: ref });
    const [dispute] = data;
    if (dispute?.status === 'needs_response')
      await this.wire.control(`disputes/${dispute.id}/close`, { status: decision });
    const { latest_charge } = await this.wire.stripe.paymentIntents.retrieve(ref);
    const { captured, refunded } = await this.payment(ref);
    if (!dispute && captured > refunded) await this.wire.control(`charges/${idOf(latest_charge)}/dispute`);
  }

  /** The events of this story that are still on their way to the webhook, oldest first. */
  async events(): Promise<Stripe.Event[]> {
    const events = this.wire.stripe.events.list({ types: EVENT_TYPES, ...this.recent });
    const all = await events.autoPagingToArray({ limit: 1_000 });
    return all.filter(({ id }) => !this.past.has(id)).reverse();
  }

  /** It was delivered for the last time, or it is lost. */
  forget({ id }: Stripe.Event): void {
    this.past.add(id);
  }

  sign(event: Stripe.Event): { body: Buffer; signature: string } {
    const body = JSON.stringify(event);
    const seconds = Math.floor(this.clock.now().getTime() / 1_000);
    return { body: Buffer.from(body), signature: signature(body, [WEBHOOK_SECRET], seconds) };
  }

  /** All payments of this story. */
  async books(): Promise<Booked[]> {
    const { stripe } = this.wire;
    const [intents, refunds, disputes] = await Promise.all([
      stripe.paymentIntents
        .list({ expand: ['data.latest_charge'], ...this.recent })
        .autoPagingToArray({ limit: 1_000 }),
      stripe.refunds.list(this.recent).autoPagingToArray({ limit: 1_000 }),
      stripe.disputes.list(this.recent).autoPagingToArray({ limit: 1_000 }),
    ]);
    return intents.map((intent) => booked(intent, refunds, disputes));
  }

  private async payment(ref: string): Promise<Booked> {
    const found = (await this.books()).find((each) => each.ref === ref);
    if (!found) throw new Error(`The provider has no payment ${ref}.`);
    return found;
  }

  private get recent() {
    return { created: { gte: this.since }, limit: 100 };
  }
}

function booked(
  { id: ref, amount_received: captured, metadata, ...intent }: Stripe.PaymentIntent,
  allRefunds: Stripe.Refund[],
  allDisputes: Stripe.Dispute[],
): Booked {
  // A refund without a balance transaction only releases what was never captured.
  const refunds = allRefunds
    .filter(({ payment_intent, balance_transaction }) => payment_intent === ref && balance_transaction !== null)
    .map((refund) => ({ ref: refund.metadata?.['refund_ref'] ?? null, amount: refund.amount }));
  const disputes = allDisputes.filter(({ payment_intent, status }) => payment_intent === ref && status !== 'won');
  const charge = intent.latest_charge as Stripe.Charge | null;
  return {
    ref,
    orderRef: metadata['order_ref'] ?? '',
    captured,
    refunded: sum(refunds),
    disputed: sum(disputes),
    refunds,
    promised: captured === 0 && charge?.status === 'succeeded' ? charge.amount : 0,
  };
}

export const sum = (amounts: readonly { amount: number }[]): number =>
  amounts.reduce((total, { amount }) => total + amount, 0);

/** The provider may refuse: then nothing has happened. */
async function unlessRefused(act: () => Promise<unknown>): Promise<void> {
  await act().catch((error: unknown) => {
    if (!(error instanceof Stripe.errors.StripeError)) throw error;
  });
}

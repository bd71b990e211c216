import { Database } from '@app/database';
import { notFound } from '@app/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import type { Faults } from '../stripe/settings.js';
import type { StripeWire } from '../stripe/stripe-wire.js';

/** A payment intent, as far as the console shows it. */
interface Intent {
  id: string;
  status: string;
  last_payment_error: { code?: string; message?: string } | null;
}

export interface Confirmation {
  provider_ref: string;
  /** Of the intent, in Stripe's words. */
  status: string;
  failure: { code: string; message: string } | null;
}

const DEADLINE_MS = 5_000;

/** Does at the embedded Stripe what Stripe.js does in a buyer's browser. The faults are the platform's, not the buyer's. */
export class LocalPayments {
  constructor(
    private readonly payments: INestApplicationContext | undefined,
    private readonly stripe: StripeWire,
  ) {}

  get place() {
    return this.stripe.place;
  }

  /** In force now. */
  get faults(): Readonly<Faults> {
    return this.stripe.settings.faults;
  }

  /** Switches these faults; the others stay as they are. */
  switchFaults(faults: Partial<Faults>): Readonly<Faults> {
    const given = Object.entries(faults).filter(([, value]) => value !== undefined);
    return Object.assign(this.stripe.settings.faults, Object.fromEntries(given));
  }

  /**
   * Pays with a test method, such as `pm_card_visa`; `authenticate` ends 3-D Secure if the bank asks for it.
   *
   * @throws DomainError `not-found` for a payment that Stripe does not know
   */
  async confirm(paymentId: number, method: string, authenticate?: boolean): Promise<Confirmation> {
    const id = await this.intentOf(paymentId);
    await this.ask(id, '/confirm', { payment_method: method });
    let intent = await this.ask(id);
    if (intent.status === 'requires_action' && authenticate !== undefined) {
      await this.ask(id, '/authenticate', { succeeds: String(authenticate) });
      intent = await this.ask(id);
    }
    const { code = 'declined', message = 'The payment failed.' } = intent.last_payment_error ?? {};
    return { provider_ref: id, status: intent.status, failure: intent.last_payment_error && { code, message } };
  }

  private async intentOf(paymentId: number): Promise<string> {
    const sql = 'SELECT provider_ref FROM payments WHERE payment_id = ?';
    const [row] = (await this.payments?.get(Database).query<{ provider_ref: string | null }>(sql, [paymentId])) ?? [];
    if (!row?.provider_ref) throw notFound('payment at the embedded Stripe');
    return row.provider_ref;
  }

  /** A refusal is no error here: what has become of the intent is asked next. */
  private async ask(id: string, step = '', form?: Record<string, string>): Promise<Intent> {
    const { endpoint, secretKey } = this.stripe.place;
    const answer = await fetch(`${endpoint}/wire/payment_intents/${encodeURIComponent(id)}${step}`, {
      headers: { authorization: `Bearer ${secretKey}` },
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    if (answer.status === 404) throw notFound('payment at the embedded Stripe');
    return (await answer.json()) as Intent;
  }
}

import { Database } from '@app/database';
import { notFound } from '@app/kernel';
import type { INestApplicationContext } from '@nestjs/common';
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

/** Does at the embedded Stripe what Stripe.js does in a buyer's browser. */
export class LocalPayments {
  constructor(
    private readonly payments: INestApplicationContext | undefined,
    private readonly stripe: StripeWire,
  ) {}

  get place() {
    return this.stripe.place;
  }

  /**
   * Pays with a test method, such as `pm_card_visa`; `authenticate` ends 3-D Secure if the bank asks for it.
   *
   * @throws DomainError `not-found` for a payment that Stripe does not know
   */
  async confirm(paymentId: number, method: string, authenticate?: boolean): Promise<Confirmation> {
    const id = await this.intentOf(paymentId);
    await this.ask(`/v1/payment_intents/${id}/confirm`, { payment_method: method });
    let intent = await this.ask(`/v1/payment_intents/${id}`);
    if (intent.status === 'requires_action' && authenticate !== undefined) {
      await this.ask(`/wire/payment_intents/${id}/authenticate`, { succeeds: String(authenticate) });
      intent = await this.ask(`/v1/payment_intents/${id}`);
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
  private async ask(path: string, form?: Record<string, string>): Promise<Intent> {
    const { endpoint, secretKey } = this.stripe.place;
    const answer = await fetch(`${endpoint}${path}`, {
      headers: { authorization: `Bearer ${secretKey}` },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    return (await answer.json()) as Intent;
  }
}

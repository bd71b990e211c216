import { sleep } from '@app/async';
import { DomainError, formatMoney, notFound } from '@app/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import { type Payment, PaymentsRepository } from '../../../payments/src/payments-app.module.js';
import type { Faults } from '../stripe/settings.js';
import type { StripeWire } from '../stripe/stripe-wire.js';
import type { ShownPayment } from './payments.page.js';

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
const SHOWN = 50;
/** How long a page waits for what the payment's event changes; if it comes later, a reload shows it. */
const FOLLOW_MS = 1_000;
const AWAITS_BUYER = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

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

  /** The newest payments, of all orders or of one; undefined if the payments service is another process. */
  async newest(orderId?: number): Promise<ShownPayment[] | undefined> {
    const filter = orderId === undefined ? {} : { order_id: orderId };
    const sort = { field: 'created_at', descending: true };
    const page = await this.repository?.page(filter, { page: 1, page_size: SHOWN, with_total: false, sort });
    return page && Promise.all(page.items.map(async (payment) => shown(payment, await this.statusAtStripe(payment))));
  }

  /**
   * Pays with a test method, such as `pm_card_visa`; `authenticate` ends 3-D Secure if the bank asks for it.
   *
   * @throws DomainError `not-found` for a payment that Stripe does not know
   */
  async confirm(paymentId: number, method: string, authenticate?: boolean): Promise<Confirmation> {
    const { providerRef: id } = await this.getById(paymentId);
    if (id === null) throw unknownToStripe();
    await this.ask(id, '/confirm', { payment_method: method });
    let intent = await this.ask(id);
    if (intent.status === 'requires_action' && authenticate !== undefined) {
      await this.ask(id, '/authenticate', { succeeds: String(authenticate) });
      intent = await this.ask(id);
    }
    const { code = 'declined', message = 'The payment failed.' } = intent.last_payment_error ?? {};
    return { provider_ref: id, status: intent.status, failure: intent.last_payment_error && { code, message } };
  }

  /** Confirms, and waits a moment for what the platform makes of it. Returns the id of the order. */
  async play(paymentId: number, method: string, authenticate?: boolean): Promise<number> {
    const { orderId, version } = await this.getById(paymentId);
    await this.confirm(paymentId, method, authenticate);
    const end = performance.now() + FOLLOW_MS;
    while (performance.now() < end && (await this.getById(paymentId)).version === version) await sleep(25);
    return orderId;
  }

  private get repository(): PaymentsRepository | undefined {
    return this.payments?.get(PaymentsRepository);
  }

  private async getById(paymentId: number): Promise<Payment> {
    const payment = await this.repository?.findById(paymentId);
    if (!payment) throw unknownToStripe();
    return payment;
  }

  private async statusAtStripe({ openOrderId, providerRef }: Payment): Promise<string | undefined> {
    if (openOrderId === null || providerRef === null) return undefined;
    const intent = await this.ask(providerRef).catch((error: unknown) => {
      if (error instanceof DomainError) return undefined;
      throw error;
    });
    return intent?.status;
  }

  /** A refusal is no error here: what has become of the intent is asked next. */
  private async ask(id: string, step = '', form?: Record<string, string>): Promise<Intent> {
    const { endpoint, secretKey } = this.stripe.place;
    const answer = await fetch(`${endpoint}/wire/payment_intents/${encodeURIComponent(id)}${step}`, {
      headers: { authorization: `Bearer ${secretKey}` },
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    if (answer.status === 404) throw unknownToStripe();
    return (await answer.json()) as Intent;
  }
}

const unknownToStripe = () => notFound('payment at the embedded Stripe');

function shown(payment: Payment, atStripe: string | undefined): ShownPayment {
  const money = (minor: number) => formatMoney(minor, payment.currency);
  return {
    payment_id: payment.paymentId,
    order_id: payment.orderId,
    method: payment.method,
    status: payment.status,
    amount: money(payment.amount),
    currency: payment.currency,
    captured: money(payment.capturedAmount),
    refunded: money(payment.refundedAmount),
    disputed: money(payment.disputedAmount),
    provider_ref: payment.providerRef,
    failure: payment.failureMessage,
    at_stripe: atStripe,
    awaits_buyer: atStripe !== undefined && AWAITS_BUYER.includes(atStripe),
  };
}

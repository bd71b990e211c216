import {
  type Money,
  type NewIntent,
  type NewProviderRefund,
  PaymentProvider,
} from '../../apps/payments/src/providers/payment-provider.js';
import { providerRefused, providerUnavailable } from '../../apps/payments/src/providers/provider.errors.js';
import type { ProviderEvent, ProviderPayment } from '../../apps/payments/src/providers/provider-payment.js';

type Intent = ProviderPayment & { capture: NewIntent['capture'] };
type Call = 'create' | 'fetch' | 'capture' | 'cancel' | 'refund' | 'events';

let last = 0;
const next = (kind: string) => `${kind}_${++last}`;
const OPEN = ['created', 'requires_action', 'processing', 'failed', 'authorized'];

/** A payment provider in memory, with what a customer and a bank do, and with faults. */
export class FakePaymentProvider extends PaymentProvider {
  override readonly name = 'stripe';
  readonly intents = new Map<string, Intent>();
  readonly log: ProviderEvent[] = [];
  readonly calls: { call: Call; key: string }[] = [];
  /** Runs before and after the work of each call; throw to lose the request or its answer. */
  before: (call: Call) => Promise<void> | void = () => undefined;
  after: (call: Call) => Promise<void> | void = () => undefined;
  /** How refunds end. */
  refundsEnd: 'succeeded' | 'pending' | 'failed' = 'succeeded';
  private readonly done = new Map<string, unknown>();

  reset(): void {
    for (const each of [this.intents, this.done]) each.clear();
    for (const each of [this.log, this.calls]) each.length = 0;
    this.before = this.after = () => undefined;
    this.refundsEnd = 'succeeded';
  }

  override create({ amount, currency, capture, metadata }: NewIntent, key: string) {
    return this.once('create', key, () => {
      const intent: Intent = {
        provider_ref: next('pi'),
        status: 'created',
        amount,
        currency,
        authorized_amount: 0,
        captured_amount: 0,
        charge_ref: '',
        capture_before: null,
        client_secret: next('secret'),
        failure: null,
        metadata: { ...metadata },
        refunds: [],
        disputes: [],
        capture,
      };
      intent.charge_ref = intent.provider_ref;
      this.intents.set(intent.provider_ref, intent);
      return { provider_ref: intent.provider_ref, client_secret: intent.client_secret };
    });
  }

  override fetch(providerRef: string): Promise<ProviderPayment> {
    return this.call('fetch', providerRef, () => structuredClone(this.get(providerRef)));
  }

  override capture(providerRef: string, { amount }: Money, key: string): Promise<void> {
    return this.once('capture', key, () => {
      const intent = this.get(providerRef);
      if (intent.status !== 'authorized') throw providerRefused('payment_intent_unexpected_state');
      this.take(intent, amount);
    });
  }

  override cancel(providerRef: string, key: string): Promise<void> {
    return this.once('cancel', key, () => {
      const intent = this.get(providerRef);
      if (!OPEN.includes(intent.status)) throw providerRefused('payment_intent_unexpected_state');
      intent.status = 'cancelled';
      intent.capture_before = null;
      this.tell('payment_intent.canceled', providerRef);
    });
  }

  override refund({ provider_ref, amount, refund_ref }: NewProviderRefund): Promise<void> {
    return this.once('refund', refund_ref, () => void this.giveBack(provider_ref, amount, refund_ref));
  }

  override events(from: Date, until: Date): Promise<ProviderEvent[]> {
    return this.call('events', '', () =>
      this.log.filter(({ created_at }) => created_at >= from.toISOString() && created_at < until.toISOString()),
    );
  }

  /** The customer pays; `paid` is what another than the asked amount or currency would be. */
  pay(providerRef: string, paid: Partial<Money> = {}): void {
    const intent = this.get(providerRef);
    Object.assign(intent, paid);
    intent.charge_ref = next('ch');
    intent.authorized_amount = intent.amount;
    intent.failure = null;
    if (intent.capture === 'automatic') return this.take(intent, intent.amount);
    intent.status = 'authorized';
    intent.capture_before = new Date(Date.now() + 7 * 86_400_000).toISOString();
    this.tell('payment_intent.amount_capturable_updated', providerRef);
  }

  decline(providerRef: string): void {
    const intent = this.get(providerRef);
    intent.status = 'failed';
    intent.failure = { code: 'generic_decline', message: 'Your card was declined.' };
    this.tell('payment_intent.payment_failed', providerRef);
  }

  /** Somebody refunds it at the provider, or our request does. */
  giveBack(providerRef: string, amount: number, refundRef: string | null = null): string {
    const intent = this.get(providerRef);
    const refunded = intent.refunds.filter(({ status }) => status !== 'failed').reduce((sum, r) => sum + r.amount, 0);
    if (refunded + amount > intent.captured_amount) throw providerRefused('charge_already_refunded');
    const provider_ref = next('re');
    const failure_code = this.refundsEnd === 'failed' ? 'expired_or_canceled_card' : null;
    intent.refunds.push({ provider_ref, refund_ref: refundRef, amount, status: this.refundsEnd, failure_code });
    this.tell('refund.created', providerRef);
    return provider_ref;
  }

  endRefund(providerRef: string, refundProviderRef: string, status: 'succeeded' | 'failed'): void {
    const refund = this.get(providerRef).refunds.find(({ provider_ref }) => provider_ref === refundProviderRef);
    if (refund) Object.assign(refund, { status, failure_code: status === 'failed' ? 'declined' : null });
    this.tell('refund.updated', providerRef);
  }

  dispute(providerRef: string, amount: number): string {
    const provider_ref = next('dp');
    this.get(providerRef).disputes.push({ provider_ref, amount, status: 'open' });
    this.tell('charge.dispute.created', providerRef);
    return provider_ref;
  }

  endDispute(providerRef: string, disputeRef: string, status: 'won' | 'lost'): void {
    const dispute = this.get(providerRef).disputes.find(({ provider_ref }) => provider_ref === disputeRef);
    if (dispute) dispute.status = status;
    this.tell('charge.dispute.closed', providerRef);
  }

  /** An intent that we did not make. */
  foreign(more: Partial<ProviderPayment> = {}): string {
    const provider_ref = next('pi');
    const intent: Intent = {
      provider_ref,
      status: 'captured',
      amount: 100,
      currency: 'USD',
      authorized_amount: 100,
      captured_amount: 100,
      charge_ref: next('ch'),
      capture_before: null,
      client_secret: null,
      failure: null,
      metadata: {},
      refunds: [],
      disputes: [],
      capture: 'automatic',
      ...more,
    };
    this.intents.set(provider_ref, intent);
    return provider_ref;
  }

  tell(type: string, object_ref: string): ProviderEvent {
    const event = { event_ref: next('evt'), type, object_ref, created_at: new Date().toISOString() };
    this.log.push(event);
    return event;
  }

  get(providerRef: string): Intent {
    const intent = this.intents.get(providerRef);
    if (!intent) throw providerRefused('resource_missing');
    return intent;
  }

  count(call: Call): number {
    return this.calls.filter((each) => each.call === call).length;
  }

  private take(intent: Intent, amount: number): void {
    intent.status = 'captured';
    intent.captured_amount = amount;
    intent.capture_before = null;
    this.tell('payment_intent.succeeded', intent.provider_ref);
  }

  /** The same key gives the same answer, whatever has become of it since. */
  private once<T>(call: Call, key: string, work: () => T): Promise<T> {
    return this.call(call, key, () => {
      const known = `${call} ${key}`;
      if (!this.done.has(known)) this.done.set(known, work());
      return this.done.get(known) as T;
    });
  }

  private async call<T>(call: Call, key: string, work: () => T): Promise<T> {
    this.calls.push({ call, key });
    await this.before(call);
    const answer = work();
    await this.after(call);
    return answer;
  }
}

/** Loses the requests or answers of these calls until it is called off. */
export const away =
  (...calls: Call[]) =>
  (call: Call): void => {
    if (calls.length === 0 || calls.includes(call)) throw providerUnavailable();
  };

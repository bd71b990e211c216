import { type Money, PaymentProvider } from '../../apps/payments/src/providers/payment-provider.js';
import { providerUnavailable } from '../../apps/payments/src/providers/provider.errors.js';
import type { Life } from './life.js';

/** What is lost between payments and the provider. */
export class Line {
  /** Which of the next calls is lost; none by default. */
  loseCall = Infinity;
  loses: 'question' | 'answer' = 'answer';

  async carry<T>(call: () => Promise<T>): Promise<T> {
    const isLost = this.loseCall-- === 0;
    if (isLost && this.loses === 'question') throw providerUnavailable();
    const answer = await call();
    if (isLost) throw providerUnavailable();
    return answer;
  }
}

/** A provider at the end of an unreliable line, as a process that may die sees it. */
export class UnreliableProvider extends PaymentProvider {
  override readonly name: string;

  constructor(
    private readonly real: PaymentProvider,
    private readonly line: Line,
    private readonly life: Life,
  ) {
    super();
    this.name = real.name;
  }

  override create(...question: Parameters<PaymentProvider['create']>) {
    return this.call(() => this.real.create(...question));
  }

  override fetch(providerRef: string) {
    return this.call(() => this.real.fetch(providerRef));
  }

  override capture(providerRef: string, amount: Money, key: string) {
    return this.call(() => this.real.capture(providerRef, amount, key));
  }

  override cancel(providerRef: string, key: string) {
    return this.call(() => this.real.cancel(providerRef, key));
  }

  override refund(...question: Parameters<PaymentProvider['refund']>) {
    return this.call(() => this.real.refund(...question));
  }

  override events(from: Date, until: Date) {
    return this.call(() => this.real.events(from, until));
  }

  private call<T>(call: () => Promise<T>): Promise<T> {
    return this.life.step(() => this.line.carry(call));
  }
}

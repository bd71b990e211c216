import type { Database } from '@app/database';
import { type Clock, DomainError } from '@app/kernel';
import type { Commands } from '@app/messaging';
import type { Publish } from '@app/outbox';
import type { PaymentsSettings } from '../../apps/payments/src/payments.settings.js';
import { StripeEventVerifier } from '../../apps/payments/src/providers/stripe-event-verifier.js';
import { StripePaymentProvider } from '../../apps/payments/src/providers/stripe-payment-provider.js';
import { LOCAL_KEY } from '../../apps/local/src/stripe/stripe-wire.js';
import { Bank, WEBHOOK_SECRET } from './bank.js';
import { CRASHED, Life } from './life.js';
import { openPayments, PaymentsSide, type PaymentsGround } from './payments-side.js';
import { Line, UnreliableProvider } from './unreliable-provider.js';

/** What goes wrong during a piece of work of payments, and after how many of its steps or calls. */
export interface Trouble {
  what: 'payments dies' | 'the question is lost' | 'the answer is lost';
  at: number;
}

export type Capture = PaymentsSettings['capture'];

export interface MoneyOptions {
  databaseUrl: string;
  clock: Clock;
  publish: Publish;
  /** Answers `orders.payable`. */
  payable: (question: { order_id: number; user_id?: number }) => Promise<object>;
}

/** The payments service, which may die, between orders and the provider. */
export class MoneySide {
  /** What buyers have been given to pay with. */
  secrets: string[] = [];
  private stories = 0;
  private life = new Life();
  private payments: PaymentsSide;
  private settings: PaymentsSettings = { stage: 'model', capture: 'automatic', reconciliationMs: 300_000 };
  private readonly line = new Line();
  private readonly provider: StripePaymentProvider;

  private constructor(
    readonly bank: Bank,
    private readonly ground: PaymentsGround,
    private readonly options: MoneyOptions,
  ) {
    const { hostname: host, port } = bank.endpoint;
    const place = { host, port: Number(port), protocol: 'http' } as const;
    this.provider = new StripePaymentProvider({ secretKey: LOCAL_KEY, createTimeoutMs: 8_000, ...place });
    this.start();
  }

  static async open(options: MoneyOptions): Promise<MoneySide> {
    const { databaseUrl, clock, publish } = options;
    return new MoneySide(await Bank.open(clock), await openPayments(databaseUrl, clock, publish), options);
  }

  get database(): Database {
    return this.ground.database;
  }

  get relay() {
    return this.ground.relay;
  }

  async close(): Promise<void> {
    await Promise.all([this.ground.database.close(), this.bank.close()]);
  }

  /** Starts a story, whose payments the provider tells apart from earlier ones by their stage. */
  async reset(capture: Capture): Promise<void> {
    this.settings = { ...this.settings, stage: `story-${++this.stories}`, capture };
    this.secrets = [];
    this.bank.reset();
    this.start();
    await this.during(undefined, (payments) => payments.sweepers.reconciliation.sweep());
  }

  /** Lets payments work, and start again if it dies over it. Returns the result, or an error's code. */
  async during<T>(trouble: Trouble | undefined, work: (payments: PaymentsSide) => Promise<T>): Promise<T | string> {
    const { what, at = Infinity } = trouble ?? {};
    const isLoss = what !== 'payments dies';
    Object.assign(this.line, {
      loseCall: isLoss ? at : Infinity,
      loses: what === 'the question is lost' ? 'question' : 'answer',
    });
    const answer = await this.life.during(isLoss ? Infinity : at, () => work(this.payments).catch(codeOf));
    this.line.loseCall = Infinity;
    if (answer === CRASHED) this.start();
    return answer;
  }

  private start(): void {
    const { ground, line, settings } = this;
    const { clock, payable } = this.options;
    const life = new Life();
    const neighbours = { ask: (_: string, question: { order_id: number }) => life.step(() => payable(question)) };
    this.life = life;
    this.payments = new PaymentsSide({
      ...{ ground, life, clock, settings },
      neighbours: neighbours as unknown as Commands,
      provider: new UnreliableProvider(this.provider, line, life),
      verifier: new StripeEventVerifier([WEBHOOK_SECRET], clock),
    });
  }
}

export function codeOf(error: unknown): string {
  if (error instanceof DomainError) return error.code;
  throw error;
}

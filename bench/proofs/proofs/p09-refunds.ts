import { randomUUID } from 'node:crypto';
import { exactly, type Figure, info, none } from '../frame/figures.js';
import { killRepeatedly } from '../frame/killer.js';
import { load, settle } from '../frame/load.js';
import { agreedMoney } from '../frame/money-audit.js';
import { once, type Patience, untilAnswered } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

/** Refunds asked for at once, of which a payment of 10.00 has room for 14. */
const ASKED = 20;
const AMOUNT = '0.70';
const FIT = 14;
/** Refunds in flight at a kill, and answered between two. */
const UNDER_WAY = 5;
const AGREED_MS = 150_000;

/** Refunds asked for 20 at once, while the provider loses one answer in five and the payments service is killed. */
export const refunds: Proof = {
  name: 'P9',
  failure: 'a refund is made twice, not at all or beyond what was captured',
  mutants: ['refunds-forgotten-on-error'],
  async run(stage: Stage): Promise<Figure[]> {
    const [payments, times] = [stage.amount(100, 8), stage.amount(50, 3)];
    const market = await openMarket(stage);
    const { platform } = market;
    const paid = await pay(market, payments);
    await platform.stripe.faults({ lose_answers: 0.2 });
    const asking = new Asking(market, paid);
    const [kills] = await Promise.all([
      killRepeatedly(stage, [platform.services.payments], { times, least: UNDER_WAY, work: asking }),
      load(1, () => paid.length === 0, asking.next),
    ]);
    const brokenOff = await asking.again();
    await platform.stripe.faults({ lose_answers: 0 });
    const { differing, pending } = await agreedMoney(platform, AGREED_MS);
    const made = await platform.stripe.refunds();
    const refs = made.map(({ metadata }) => metadata?.['refund_ref']);
    const over = await platform.databases.number(
      'payments',
      'SELECT COUNT(*) FROM payments WHERE refunded_amount + refunding_amount > captured_amount',
    );
    return [
      exactly('kills', kills.counted.length, times),
      exactly('refunds at the provider', made.length, payments * FIT),
      none('made twice', refs.length - new Set(refs).size),
      exactly('acknowledged', asking.statuses.get(201) ?? 0, payments * FIT),
      exactly('refused', asking.statuses.get(409) ?? 0, payments * (ASKED - FIT)),
      none('payments refunded beyond their amount', over),
      none('payments that differ at the provider', differing.length),
      none('unfinished', pending),
      info('payments', payments),
      info('asked for again', brokenOff),
    ];
  },
};

/** Returns payments whose money is known to have come. */
async function pay({ platform, till, customer, product }: Market, count: number): Promise<number[]> {
  const sold = await Promise.all(Array.from({ length: count }, () => till.sell(customer, product)));
  await Promise.all(sold.map(({ intent }) => platform.stripe.confirm(intent)));
  const captured = "SELECT COUNT(*) FROM payments WHERE status = 'captured'";
  await settle(
    60_000,
    () => platform.databases.number('payments', captured),
    (found) => found === count,
  );
  return sold.map(({ paymentId }) => paymentId);
}

interface Refund {
  paymentId: number;
  key: string;
}

/** Staff who ask for refunds, and come back to what was not answered. */
class Asking {
  readonly statuses = new Map<number, number>();
  private readonly unanswered: Refund[] = [];
  private running = 0;
  private answered = 0;

  constructor(
    private readonly market: Market,
    private readonly left: number[],
  ) {}

  readonly inFlight = (): number => this.running;
  readonly done = (): number => this.answered;

  /** All refunds of the next payment, each asked for once, as soon as the service is there. */
  readonly next = async (): Promise<void> => {
    await untilAnswered(() => this.market.till.staff('/payments'));
    const paymentId = this.left.pop();
    if (paymentId === undefined) return;
    const refunds = Array.from({ length: ASKED }, () => ({ paymentId, key: randomUUID() }));
    await Promise.all(refunds.map((refund) => this.ask(refund, once)));
  };

  /** Asks again, under the same keys, for those that were not answered. Returns how many they were. */
  async again(): Promise<number> {
    const refunds = this.unanswered.splice(0);
    await Promise.all(refunds.map((refund) => this.ask(refund, untilAnswered)));
    return refunds.length;
  }

  private async ask(refund: Refund, patience: Patience): Promise<void> {
    const { paymentId, key } = refund;
    const body = { amount: AMOUNT, reason: 'requested_by_customer' };
    this.running++;
    const answer = await patience(() => this.market.till.staff(`/payments/${paymentId}/refunds`, body, key)).finally(
      () => this.running--,
    );
    if (answer.status === 0 || answer.status === 503) return void this.unanswered.push(refund);
    this.answered++;
    this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
  }
}

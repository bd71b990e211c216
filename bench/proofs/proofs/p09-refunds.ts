import { randomUUID } from 'node:crypto';
import { exactly, type Figure, info, none } from '../frame/figures.js';
import { killRepeatedly } from '../frame/killer.js';
import { load, settle } from '../frame/load.js';
import { agreedMoney } from '../frame/money-audit.js';
import { untilAnswered } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

/** Refunds asked for at once, of which a payment of 10.00 has room for 14. */
const ASKED = 20;
const AMOUNT = '0.70';
const FIT = 14;
const CLIENTS = 4;
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
    const kills = await Promise.all([
      killRepeatedly(stage, [platform.services.payments], { times, least: 10, work: asking }),
      load(CLIENTS, () => paid.length === 0, asking.next),
    ]).then(([{ counted }]) => counted);
    await platform.stripe.faults({ lose_answers: 0 });
    const { differing, pending } = await agreedMoney(platform, AGREED_MS);
    const made = await platform.stripe.refunds();
    const refs = made.map(({ metadata }) => metadata?.['refund_ref']);
    const over = await platform.databases.number(
      'payments',
      'SELECT COUNT(*) FROM payments WHERE refunded_amount + refunding_amount > captured_amount',
    );
    return [
      exactly('kills', kills.length, times),
      exactly('refunds at the provider', made.length, payments * FIT),
      none('made twice', refs.length - new Set(refs).size),
      exactly('acknowledged', asking.statuses.get(201) ?? 0, payments * FIT),
      exactly('refused', asking.statuses.get(409) ?? 0, payments * (ASKED - FIT)),
      none('payments refunded beyond their amount', over),
      none('payments that differ at the provider', differing.length),
      none('unfinished', pending),
      info('payments', payments),
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

class Asking {
  readonly statuses = new Map<number, number>();
  private running = 0;
  private answered = 0;

  constructor(
    private readonly market: Market,
    private readonly left: number[],
  ) {}

  readonly inFlight = (): number => this.running;
  readonly done = (): number => this.answered;

  /** All refunds of the next payment. */
  readonly next = async (): Promise<void> => {
    const paymentId = this.left.pop();
    if (paymentId !== undefined) await Promise.all(Array.from({ length: ASKED }, () => this.ask(paymentId)));
  };

  private async ask(paymentId: number): Promise<void> {
    const key = randomUUID();
    const body = { amount: AMOUNT, reason: 'requested_by_customer' };
    this.running++;
    const { status, body: answer } = await untilAnswered(() =>
      this.market.till.staff(`/payments/${paymentId}/refunds`, body, key),
    ).finally(() => this.running--);
    this.answered++;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    if (status !== 201 && status !== 409)
      process.stderr.write(`  P9: answered by ${status}: ${String(answer['detail'])}\n`);
  }
}

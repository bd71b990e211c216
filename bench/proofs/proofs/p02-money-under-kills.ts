import { atLeast, atMost, exactly, type Figure, info, none } from '../frame/figures.js';
import { killRepeatedly } from '../frame/killer.js';
import { between, sleep, underLoad } from '../frame/load.js';
import { agreedMoney } from '../frame/money-audit.js';
import { once } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';
import { type OpenPayment, Till } from '../frame/till.js';

const BUYERS = 7;
/** Stories in flight at a kill, and done between two. */
const UNDER_WAY = 4;
const AGREED_MS = 60_000;
const PAUSE_AFTER_REFUSAL_MS = 200;
/** A buyer's time before paying, in which others work. */
const THINKS_MS = 200;

/**
 * Payments and orders are killed while buyers pay in two tabs, staff take the money by hand meanwhile, and orders are
 * cancelled meanwhile. Afterwards what was captured is what living orders cost, and the rest has gone back.
 */
export const moneyUnderKills: Proof = {
  name: 'P2',
  failure: 'money is captured and belongs to no order',
  mutants: ['no-late-money'],
  async run(stage: Stage): Promise<Figure[]> {
    const market = await openMarket(stage, { preloads: ['preloads/short-hiding'] });
    const { platform, till } = market;
    const stories = new Stories(market);
    const kills = await underLoad(BUYERS, stories.tell, () =>
      killRepeatedly(stage, [platform.services.payments, platform.services.orders], {
        times: stage.amount(200, 8),
        least: UNDER_WAY,
        work: stories,
      }),
    );
    const { captured, refunded, kept, differing, wrong, pending, seconds } = await agreedMoney(platform, AGREED_MS);
    return [
      exactly('kills', kills.counted.length, stage.amount(200, 8)),
      info('orders', await till.orders('1 = 1')),
      info('paid', await till.orders("status = 'paid'")),
      info('cancelled', await till.orders("status = 'cancelled'")),
      atLeast('refunded', refunded, 1),
      exactly('captured', captured, kept + refunded),
      none('orders with a wrong amount', wrong.length),
      none('payments that differ at the provider', differing.length),
      none('unfinished refunds', pending),
      atMost('seconds until all agreed', seconds, AGREED_MS / 1_000),
    ];
  },
};

/** What may happen to an order while its buyer pays. Whoever gets no answer goes away, whatever they have begun. */
class Stories {
  private readonly till: Till;
  private running = 0;
  private told = 0;

  constructor(private readonly market: Market) {
    this.till = new Till(market.platform, market.shop, once);
  }

  readonly inFlight = (): number => this.running;
  readonly done = (): number => this.told;

  readonly tell = async (): Promise<void> => {
    const { customer, product } = this.market;
    this.running++;
    try {
      const orderId = await this.till.order(customer, product);
      const payment = orderId === undefined ? undefined : await this.till.open(customer, orderId);
      if (orderId === undefined || !payment) return await sleep(PAUSE_AFTER_REFUSAL_MS);
      const endings = [this.twoTabs, this.byHand, this.cancelled, this.anotherAttempt];
      await sleep(between(0, THINKS_MS));
      await endings[orderId % endings.length]?.(orderId, payment);
      this.told++;
    } finally {
      this.running--;
    }
  };

  private readonly twoTabs = (_: number, payment: OpenPayment) => Promise.all([this.pay(payment), this.pay(payment)]);

  private readonly byHand = (orderId: number, payment: OpenPayment) =>
    Promise.all([this.pay(payment), this.step(orderId, 'paid')]);

  private readonly cancelled = (orderId: number, payment: OpenPayment) =>
    Promise.all([this.pay(payment), this.step(orderId, 'cancelled')]);

  /** The other tab gives the first attempt up, and begins and pays a second one. */
  private readonly anotherAttempt = async (orderId: number, payment: OpenPayment) => {
    const { customer } = this.market;
    const another = async () => {
      await once(() => this.till.cancel(customer, payment.paymentId));
      const second = await this.till.open(customer, orderId);
      if (second) await this.pay(second);
    };
    await Promise.all([this.pay(payment), another()]);
  };

  private pay({ intent }: OpenPayment) {
    return this.market.platform.stripe.confirm(intent);
  }

  private step(orderId: number, status: string) {
    return once(() => this.market.shop.step(orderId, status));
  }
}

import { atMost, exactly, type Figure, none } from '../frame/figures.js';
import { load, settle } from '../frame/load.js';
import { agreedMoney } from '../frame/money-audit.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const CLIENTS = 4;
/** A reconciliation every two seconds, and the sweeps and queues behind it. */
const RIGHT_AFTER_MS = 40_000;

/** No event arrives at all; buyers leave as soon as they have paid, and refunds and disputes are made elsewhere. */
export const noEvents: Proof = {
  name: 'P6',
  failure: 'what no event tells of is never known',
  mutants: ['no-reconciliation'],
  async run(stage: Stage): Promise<Figure[]> {
    const count = stage.amount(200, 12);
    const market = await openMarket(stage);
    const { platform, till } = market;
    await platform.stripe.faults({ drop_events: 1 });
    let begun = 0;
    await load(
      CLIENTS,
      () => begun >= count,
      async () => {
        await payElsewhere(market, begun++);
        stage.progress(`${begun} of ${count} payments`);
      },
    );
    const began = Date.now();
    const paid = await settle(
      RIGHT_AFTER_MS,
      () => till.orders("status = 'paid'"),
      (orders) => orders === count,
    );
    const { differing, wrong } = await agreedMoney(platform, RIGHT_AFTER_MS - (Date.now() - began));
    return [
      exactly('orders paid', paid, count),
      none('payments that differ at the provider', differing.length),
      none('orders with a wrong amount', wrong.length),
      atMost('seconds until all was right', (Date.now() - began) / 1_000, RIGHT_AFTER_MS / 1_000),
    ];
  },
};

async function payElsewhere({ platform: { stripe }, till, customer, product }: Market, nth: number): Promise<void> {
  const { intent } = await till.sell(customer, product);
  await stripe.confirm(intent, nth % 3 === 0 ? 'pm_card_createDispute' : 'pm_card_visa');
  if (nth % 3 === 1) await stripe.sdk.refunds.create({ payment_intent: intent, amount: 250 });
}

import { Buyers } from '../frame/buyers.js';
import { atLeast, exactly, info, none } from '../frame/figures.js';
import { load } from '../frame/load.js';
import { auditOrders } from '../frame/orders-audit.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';
import { Shop } from '../frame/shop.js';

const BUYERS = 12;
const PUBLICATION_DELAY_MS = 40;

/** Two relays publish slowly from one outbox while customers order: nothing waits for either relay. */
export const relay: Proof = {
  name: 'R3',
  failure: 'the relay blocks writers',
  mutants: ['relay-holds-locks'],
  // The server counts deadlocks without telling whose they are.
  alone: true,
  async run(stage: Stage) {
    const wanted = stage.amount(1_000, 150);
    const platform = await stage.platform({ services: ['users', 'products', 'orders'], links: ['aws'] });
    await platform.another('orders');
    const shop = await Shop.open(platform);
    const customer = await shop.customer();
    const products = await Promise.all(Array.from({ length: BUYERS }, () => shop.product(1_000_000)));
    let next = 0;
    const buyers = new Buyers(shop, customer, () => [[products[next++ % BUYERS] ?? 0, 1]]);
    platform.links.aws.delay(PUBLICATION_DELAY_MS);
    const deadlocks = await platform.databases.deadlocks();
    await load(
      BUYERS,
      () => next >= wanted,
      async () => {
        await buyers.buy();
        stage.progress(`${next} of ${wanted} orders`);
      },
    );
    const found = (await platform.databases.deadlocks()) - deadlocks;
    platform.links.aws.delay(0);
    const audit = await auditOrders(platform, buyers.acknowledged);
    return [
      atLeast('orders', audit.orders, wanted),
      none('deadlocks', found),
      exactly('orders refused', next - buyers.acknowledged.size, 0),
      none('without event', audit.withoutEvent),
      info('events repeated', audit.repeated),
    ];
  },
};

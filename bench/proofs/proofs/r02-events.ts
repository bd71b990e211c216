import { Buyers } from '../frame/buyers.js';
import { atLeast, atMost, exactly, info, none } from '../frame/figures.js';
import { killRepeatedly, mean } from '../frame/killer.js';
import { underLoad } from '../frame/load.js';
import { auditOrders, EVENT_DELAY_SECONDS } from '../frame/orders-audit.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';
import { Shop } from '../frame/shop.js';

const BUYERS = 12;
/** Orders that are done, and that are in flight, before each kill. */
const LEAST = 3;

/** Orders is killed repeatedly while customers order; every existing order, and no other, must have its event. */
export const events: Proof = {
  name: 'R2',
  failure: 'an order without its event',
  mutants: ['publish-after-commit'],
  async run(stage: Stage) {
    const times = stage.amount(200, 25);
    const platform = await stage.platform({ services: ['users', 'products', 'orders'] });
    const shop = await Shop.open(platform);
    const [customer, product] = [await shop.customer(), await shop.product(1_000_000)];
    const buyers = new Buyers(shop, customer, () => [[product, 1]]);
    const deadlocks = await platform.databases.deadlocks();
    const kills = await underLoad(BUYERS, buyers.buy, () =>
      killRepeatedly(stage, [platform.services.orders], { times, least: LEAST, work: buyers }),
    );
    const audit = await auditOrders(platform, buyers.acknowledged);
    return [
      exactly('kills', kills.counted.length, times),
      atLeast('fewest in flight at one', Math.min(...kills.counted), LEAST),
      info('in flight on average', mean(kills.counted)),
      atLeast('orders', audit.orders, times * LEAST),
      info('acknowledged', buyers.acknowledged.size),
      none('acknowledged and lost', audit.lost),
      none('without event', audit.withoutEvent),
      none('events without order', audit.eventsWithoutOrder),
      info('events repeated', audit.repeated),
      none('deadlocks', (await platform.databases.deadlocks()) - deadlocks),
      atMost('slowest event in s', audit.slowest, EVENT_DELAY_SECONDS),
    ];
  },
};

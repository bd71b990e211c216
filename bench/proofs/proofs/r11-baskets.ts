import { exactly, info, none } from '../frame/figures.js';
import { load } from '../frame/load.js';
import { shuffled } from '../frame/mail-run.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const BUYERS = 24;
const PRODUCTS = 10;
const LINES = 4;

/** All baskets share products, each in a different order. */
export const baskets: Proof = {
  name: 'R11',
  failure: 'deadlocks between baskets',
  mutants: ['baskets-unsorted'],
  // The server counts deadlocks without telling whose they are.
  alone: true,
  async run(stage: Stage) {
    const orders = stage.amount(1_000, 200);
    const platform = await stage.platform({ services: ['users', 'products', 'orders'] });
    const shop = await Shop.open(platform);
    const customer = await shop.customer();
    const products = await Promise.all(Array.from({ length: PRODUCTS }, () => shop.product(1_000_000)));
    const deadlocks = await platform.databases.deadlocks();
    const statuses: number[] = [];
    let begun = 0;
    const began = Date.now();
    await load(
      BUYERS,
      () => begun >= orders,
      async () => {
        begun++;
        const basket = shuffled(products)
          .slice(0, LINES)
          .map((id) => [id, 1] as const);
        statuses.push((await shop.order(customer, basket)).status);
        stage.progress(`${statuses.length} of ${orders} baskets`);
      },
    );
    const reserved = await platform.databases.number('products', 'SELECT SUM(reserved_quantity) FROM inventory');
    return [
      exactly('orders', statuses.filter((status) => status === 201).length, orders),
      none('failures', statuses.filter((status) => status !== 201).length),
      none('deadlocks', (await platform.databases.deadlocks()) - deadlocks),
      exactly('reserved', reserved, orders * LINES),
      info('orders per second', (orders * 1_000) / (Date.now() - began)),
    ];
  },
};

import { info } from '../frame/figures.js';
import { pricingSeed, tryAll } from '../frame/pricing.js';
import type { Proof } from '../frame/proof.js';

/** Random carts in currencies of no, two and three digits, with tax in the prices and added to them. */
export const sums: Proof = {
  name: 'Q1',
  failure: 'the lines of an order are not its totals, or depend on their order',
  mutants: ['total-rounded'],
  async run(stage) {
    const [runs, seed] = [stage.amount(100_000, 20_000), pricingSeed()];
    const figures = await Promise.all([
      tryAll(stage, 'carts', { property: 'adds-up', runs, seed }),
      tryAll(stage, 'carts shuffled', { property: 'ignores-order', runs, seed }),
    ]);
    return [...figures.flat(), info('seed', seed)];
  },
};

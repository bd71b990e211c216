import { info } from '../frame/figures.js';
import { pricingSeed, tryAll } from '../frame/pricing.js';
import type { Proof } from '../frame/proof.js';

/** Orders that are given back in random steps, a piece here and there. */
export const parts: Proof = {
  name: 'Q3',
  failure: 'cancellations, returns and refunds of an order do not sum to what was paid',
  mutants: ['shares-recomputed'],
  async run(stage) {
    const [runs, seed] = [stage.amount(100_000, 20_000), pricingSeed()];
    return [...(await tryAll(stage, 'orders', { property: 'parts', runs, seed })), info('seed', seed)];
  },
};

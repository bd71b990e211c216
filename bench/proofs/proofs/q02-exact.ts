import { info } from '../frame/figures.js';
import { pricingSeed, tryAll } from '../frame/pricing.js';
import type { Proof } from '../frame/proof.js';

/** The same carts against rational numbers of BigInt. */
export const exact: Proof = {
  name: 'Q2',
  failure: 'a tax is more than half a minor unit wrong',
  mutants: ['number-arithmetic'],
  async run(stage) {
    const [runs, seed] = [stage.amount(100_000, 20_000), pricingSeed()];
    return [...(await tryAll(stage, 'carts', { property: 'is-exact', runs, seed })), info('seed', seed)];
  },
};

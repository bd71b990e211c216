import { HOSTILE_TABLE } from '../../../test/e2e/hostile/table.js';
import { atLeast, atMost, told } from '../frame/figures.js';
import { loginTimes } from '../frame/login-times.js';
import type { Proof } from '../frame/proof.js';
import { onBothPlatforms, runRows } from '../frame/rows.js';

/** Every row of the hostile table; and whether the time of a failed login tells if the account exists. */
export const hostile: Proof = {
  name: 'hostile',
  failure: 'bad input gets in, changes something, or learns something',
  mutants: ['failures-uncounted', 'unknown-accounts-unhashed'],
  alone: true,
  run: (stage) =>
    onBothPlatforms(stage, async (world, parts) => {
      const figures = await runRows(stage, world, parts, HOSTILE_TABLE);
      const { tries, knownMedian, unknownMedian } = await loginTimes(world, stage.amount(200, 50));
      return [
        ...figures,
        atLeast('table', HOSTILE_TABLE.length, 120),
        told('logins each', tries),
        told('known ms', knownMedian),
        told('unknown ms', unknownMedian),
        atMost(
          'difference %',
          (Math.abs(knownMedian - unknownMedian) / Math.max(knownMedian, unknownMedian)) * 100,
          10,
        ),
      ];
    }),
};

import { HOSTILE_TABLE } from '../../../test/e2e/hostile/table.js';
import { atLeast, atMost, info } from '../frame/figures.js';
import { loginTimes } from '../frame/login-times.js';
import type { Proof } from '../frame/proof.js';
import { onBothPlatforms, runRows } from '../frame/rows.js';

/** Runs every row of the hostile table, and checks that a failed login's time does not reveal if the account exists. */
export const hostile: Proof = {
  name: 'hostile',
  failure: 'bad input is accepted, changes something or reveals something',
  mutants: ['failures-uncounted', 'unknown-accounts-unhashed'],
  alone: true,
  run: (stage) =>
    onBothPlatforms(stage, async (world, parts) => {
      const figures = await runRows(stage, world, parts, HOSTILE_TABLE);
      const { tries, knownMedian, unknownMedian } = await loginTimes(world, stage.amount(200, 50));
      return [
        ...figures,
        atLeast('table', HOSTILE_TABLE.length, 120),
        info('logins each', tries),
        info('known ms', knownMedian),
        info('unknown ms', unknownMedian),
        atMost(
          'difference %',
          (Math.abs(knownMedian - unknownMedian) / Math.max(knownMedian, unknownMedian)) * 100,
          10,
        ),
      ];
    }),
};

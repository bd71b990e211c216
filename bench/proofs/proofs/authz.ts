import { assertComplete, AUTHZ_CELLS } from '../../../test/e2e/hostile/authz.js';
import { CALLERS } from '../../../test/e2e/hostile/authz-matrix.js';
import { info } from '../frame/figures.js';
import type { Proof } from '../frame/proof.js';
import { onBothPlatforms, runRows } from '../frame/rows.js';

/** Calls every route of the OpenAPI document as every kind of caller; a route without a row fails. */
export const authz: Proof = {
  name: 'authz',
  failure: 'a caller uses a route without permission',
  mutants: ['everybody-is-admin', 'orders-without-owner'],
  run: (stage) =>
    onBothPlatforms(stage, async (world, parts) => {
      const routes = await assertComplete(world);
      return [
        info('routes', routes),
        info('callers', CALLERS.length),
        ...(await runRows(stage, world, parts, AUTHZ_CELLS)),
      ];
    }),
};

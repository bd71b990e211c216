import { assertComplete, AUTHZ_CELLS } from '../../../test/e2e/hostile/authz.js';
import { CALLERS } from '../../../test/e2e/hostile/authz-matrix.js';
import { told } from '../frame/figures.js';
import type { Proof } from '../frame/proof.js';
import { onBothPlatforms, runRows } from '../frame/rows.js';

/** Every route of the OpenAPI document by every kind of caller; a route without a row fails. */
export const authz: Proof = {
  name: 'authz',
  failure: 'somebody calls what is not theirs',
  mutants: ['everybody-is-admin', 'orders-without-owner'],
  run: (stage) =>
    onBothPlatforms(stage, async (world, parts) => {
      const routes = await assertComplete(world);
      return [
        told('routes', routes),
        told('callers', CALLERS.length),
        ...(await runRows(stage, world, parts, AUTHZ_CELLS)),
      ];
    }),
};

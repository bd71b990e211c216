import 'reflect-metadata';
import { Invalidations } from '../../../apps/products/src/cache/invalidations.js';

/** With DIES_AFTER_COMMIT, the process dies between the commit and the invalidation. */
if (process.env['DIES_AFTER_COMMIT'] === 'yes') {
  Invalidations.prototype.carryOut = () => {
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  };
}

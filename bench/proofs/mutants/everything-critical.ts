import 'reflect-metadata';
import { type HealthCheck, HealthChecks } from '@app/http';

/** A service without Redis or the queue reports that it is not ready. */
const ask = HealthChecks.prototype.ask;
HealthChecks.prototype.ask = async function (this: HealthChecks) {
  for (const check of Object.values((this as unknown as { checks: Record<string, HealthCheck> }).checks))
    check.critical = true;
  return ask.call(this);
};

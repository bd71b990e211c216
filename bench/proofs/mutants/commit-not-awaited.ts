import 'reflect-metadata';
import { currentContext } from '@app/kernel';
import type { Claim } from '../../../libs/idempotency/src/claims.js';
import { OrderWriter } from '../../../apps/orders/src/orders/order-writer.js';

/** An order is acknowledged before it is committed. */
const place = OrderWriter.prototype.place;
OrderWriter.prototype.place = function (order, answer) {
  const claim = currentContext().idempotencyClaim as Claim | undefined;
  if (claim) claim.committed = true;
  void place.call(this, order, answer).catch(() => undefined);
  return Promise.resolve();
};

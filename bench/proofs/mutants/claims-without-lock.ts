import 'reflect-metadata';
import type { Tx } from '@app/database';
import { GuestOrdersRepository } from '../../../apps/orders/src/orders/guest-orders.repository.js';

/** Looks orders up and gives them to a customer outside of the transaction that writes their events. */
const OUTSIDE = undefined as unknown as Tx;
const { lockUnclaimed, assign } = GuestOrdersRepository.prototype;
GuestOrdersRepository.prototype.lockUnclaimed = function (this: GuestOrdersRepository, _tx, emailKey) {
  return lockUnclaimed.call(this, OUTSIDE, emailKey);
};
GuestOrdersRepository.prototype.assign = function (this: GuestOrdersRepository, _tx, orderIds, customer) {
  return assign.call(this, OUTSIDE, orderIds, customer);
};

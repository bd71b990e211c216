import 'reflect-metadata';
import { ClaimsService } from '../../../apps/orders/src/accounts/claims.service.js';
import { withoutTransactions } from '../frame/without-transactions.js';

/** Gives orders to a customer by statements of their own, without a lock. */
const { claim } = ClaimsService.prototype;
ClaimsService.prototype.claim = function (this: ClaimsService, ...args) {
  return claim.apply(withoutTransactions(this), args);
};

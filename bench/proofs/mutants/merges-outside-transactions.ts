import 'reflect-metadata';
import { CartMergesService } from '../../../apps/orders/src/carts/cart-merges.service.js';
import { withoutTransactions } from '../frame/without-transactions.js';

/** Deletes the lines of a cart and inserts the merged ones, each by a statement for itself. */
const { merge } = CartMergesService.prototype;
CartMergesService.prototype.merge = function (this: CartMergesService, ...args) {
  return merge.apply(withoutTransactions(this), args);
};

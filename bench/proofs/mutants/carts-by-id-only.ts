import 'reflect-metadata';
import { CartsService } from '../../../apps/orders/src/carts/carts.service.js';

/** Shows a cart to whoever knows its id, as if they were staff. */
const { get } = CartsService.prototype;
CartsService.prototype.get = function (this: CartsService, cartId) {
  return get.call(this, cartId, { caller: { user_id: 0, role: 'staff' } });
};

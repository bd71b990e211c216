import 'reflect-metadata';
import { OrdersRepository } from '../../../apps/orders/src/orders/orders.repository.js';

const { findById } = OrdersRepository.prototype;

/** The owner is no longer part of the query. */
OrdersRepository.prototype.findById = function (this: OrdersRepository, orderId) {
  return findById.call(this, orderId);
};

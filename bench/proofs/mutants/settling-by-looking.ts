import 'reflect-metadata';
import type { Database } from '@app/database';
import { OrderRefsRepository } from '../../../apps/orders/src/orders/order-refs.repository.js';

/** Looks whether the order is there, and leaves nothing behind that a late commit would meet. */
OrderRefsRepository.prototype.settle = async function (orderRef) {
  const { database } = this as unknown as { database: Database };
  const rows = await database.query('SELECT order_id FROM orders WHERE order_ref = ?', [orderRef]);
  return rows.length > 0 ? 'placed' : 'abandoned';
};

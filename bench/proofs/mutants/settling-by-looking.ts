import 'reflect-metadata';
import type { Database } from '@app/database';
import { OrderRefsRepository } from '../../../apps/orders/src/orders/order-refs.repository.js';

/** Only checks whether the order exists, and stores nothing that stops a late commit. */
OrderRefsRepository.prototype.settle = async function (orderRef) {
  const { database } = this as unknown as { database: Database };
  const rows = await database.query('SELECT order_id FROM orders WHERE order_ref = ?', [orderRef]);
  return rows.length > 0 ? 'placed' : 'abandoned';
};

import 'reflect-metadata';
import type { Database } from '@app/database';
import { OrdersRepository } from '../../../apps/orders/src/orders/orders.repository.js';

/** Writes an order whatever version it has by now: what was checked when it was read may no longer be so. */
const { update } = OrdersRepository.prototype;
OrdersRepository.prototype.update = async function (this: OrdersRepository, tx, order) {
  const { database } = this as unknown as { database: Database };
  const sql = 'SELECT version FROM orders WHERE order_id = ? FOR UPDATE';
  const [present] = await database.query<{ version: number }>(sql, [order.orderId], tx);
  const version = Number(present?.version);
  order.version = version + 1;
  return update.call(this, tx, order, version);
};

import assert from 'node:assert/strict';
import type { Placed } from './model.js';
import { STAFF, type World } from './world.js';

/** Shipments, cancellations and returns of an order as they are stored, and what it still costs. */
export async function compareParts({ ref, order }: Placed, world: World): Promise<void> {
  const { orders } = world;
  const orderId = await world.orderIdOf(ref);
  const stored = async (columns: string, table: string): Promise<string[]> => {
    const sql = `SELECT ${columns} FROM ${table} WHERE order_id = ?`;
    return texts((await orders.database.query<object>(sql, [orderId])).map((row) => Object.values(row) as unknown[]));
  };
  assert.deepEqual(
    await stored('shipment_id, status', 'shipments'),
    texts(order.shipments.map(({ id, status }) => [id, status])),
    `shipments of ${ref}`,
  );
  assert.deepEqual(
    await stored('cancellation_id, amount', 'cancellations'),
    texts(order.cancellations.map(({ id, amount }) => [id, amount])),
    `cancellations of ${ref}`,
  );
  assert.deepEqual(
    await stored('return_id, status, received_value, refund_amount, fee', 'order_returns'),
    texts(order.returns.map(({ id, status, value, refund, fee }) => [id, status, value, refund, fee])),
    `returns of ${ref}`,
  );
  const { amountDue } = await orders.orders.get(orderId, { caller: STAFF });
  assert.equal(amountDue, order.due, `what is due of ${ref}`);
}

const texts = (rows: readonly unknown[][]): string[] => rows.map((row) => row.join(' ')).sort();

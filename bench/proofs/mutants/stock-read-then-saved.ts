import 'reflect-metadata';
import type { Database } from '@app/database';
import { InventoryRepository } from '../../../apps/products/src/stock/inventory.repository.js';

/** Reads the stock, then writes the computed value: another buyer's write in between is lost. */
InventoryRepository.prototype.applyChange = async function (tx, { product_id, stock_delta, reserved_delta }) {
  const { database } = this as unknown as { database: Database };
  const [row] = await database.query<{ stock_quantity: number; reserved_quantity: number }>(
    'SELECT stock_quantity, reserved_quantity FROM inventory WHERE product_id = ?',
    [product_id],
    tx,
  );
  const stock = Number(row?.stock_quantity) + stock_delta;
  const reserved = Number(row?.reserved_quantity) + reserved_delta;
  if (reserved < 0 || stock < reserved) return false;
  await database.execute(
    'UPDATE inventory SET stock_quantity = ?, reserved_quantity = ?, version = version + 1 WHERE product_id = ?',
    [stock, reserved, product_id],
    tx,
  );
  return true;
};

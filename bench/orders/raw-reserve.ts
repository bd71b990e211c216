import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { inTransaction, later } from './raw-database.js';
import { SQL } from './raw-sql.js';

export interface Line {
  product_id: number;
  quantity: number;
}

export interface SoldLine extends Line {
  sku: string;
  name: string;
  price: number;
  weight_grams: number | null;
  tax_category: string;
}

/** Reserves stock for all lines of an order, or for none. */
export function reserve(pool: Pool, ref: string, lines: Line[]): Promise<SoldLine[]> {
  return inTransaction(pool, (tx) => reserveIn(tx, ref, lines));
}

async function reserveIn(tx: PoolConnection, ref: string, lines: Line[]): Promise<SoldLine[]> {
  const now = new Date();
  await tx.execute(SQL.reservation, [ref, 'held', later(300_000), now, now]);
  const ids = lines.map(({ product_id }) => product_id);
  const [offers] = await tx.execute<RowDataPacket[]>(SQL.offers(ids.length), ids);
  const sold = lines.map((line) => ({
    ...line,
    ...(offers.find(({ product_id }) => product_id === line.product_id) as unknown as SoldLine),
  }));
  const held = sold.flatMap(({ product_id, quantity, sku, name, price, weight_grams, tax_category }) => [
    ref,
    product_id,
    quantity,
    sku,
    name,
    price,
    weight_grams,
    tax_category,
  ]);
  await tx.execute(SQL.reservedItems(sold.length), held);
  const moved = sold.flatMap(({ product_id, quantity }) => [product_id, 0, quantity, 'order reserved', ref, null, now]);
  await tx.execute(SQL.movements(sold.length), moved);
  for (const { product_id, quantity } of sold) {
    const values = [0, quantity, now, product_id, quantity, -quantity, true];
    const [{ affectedRows }] = await tx.execute<ResultSetHeader>(SQL.reserve, values);
    if (affectedRows !== 1) throw new Error('There is not enough stock.');
  }
  await tx.execute(SQL.levels(ids.length), ids);
  return sold;
}

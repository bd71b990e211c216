import type { Consumer } from '../../../apps/manifests.js';
import { auditParts } from './parts-audit.js';
import type { ProofPlatform } from './platform.js';

const CONSUMERS: readonly Consumer[] = ['products', 'notifier'];

/** Counts unsettled work: holds, unpublished events, and messages to the consumers. */
export async function openWork({ databases, wire }: ProofPlatform, consumers = CONSUMERS): Promise<number> {
  const depths = await Promise.all(consumers.map((app) => wire.depth(app)));
  const messages = depths.reduce((sum, { visible, hidden }) => sum + visible + hidden, 0);
  const held = await databases.number('products', "SELECT COUNT(*) FROM reservations WHERE status = 'held'");
  const unsent = await databases.number('orders', 'SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL');
  return messages + held + unsent;
}

export interface StockAudit {
  available: number;
  reserved: number;
  /** Units consumed, by the reservations. */
  sold: number;
  held: number;
  /** Units that are neither shipped nor cancelled, and shipped ones, by the orders. */
  living: number;
  shipped: number;
  movedStock: number;
  movedReserved: number;
  disagreeing: number;
}

/** The required state of a reservation by the order's state. */
const EXPECTED: Record<string, string> = {
  pending: 'confirmed',
  paid: 'confirmed',
  shipped: 'consumed',
  completed: 'consumed',
  cancelled: 'released',
};

/** Compares both services' books for one product; every order contains it. */
export async function auditStock(platform: ProofPlatform, productId: number): Promise<StockAudit> {
  const { databases } = platform;
  const products = (sql: string) => databases.number('products', sql, [productId]);
  const units = (pieces: string) =>
    databases.number('orders', `SELECT COALESCE(SUM(${pieces}), 0) FROM order_items WHERE product_id = ?`, [productId]);
  return {
    available: await products('SELECT stock_quantity - reserved_quantity FROM inventory WHERE product_id = ?'),
    reserved: await products('SELECT reserved_quantity FROM inventory WHERE product_id = ?'),
    sold: await products('SELECT COALESCE(SUM(quantity_consumed), 0) FROM reservation_items WHERE product_id = ?'),
    held: await databases.number('products', "SELECT COUNT(*) FROM reservations WHERE status = 'held'"),
    living: await units('quantity - quantity_shipped - quantity_cancelled'),
    shipped: await units('quantity_shipped'),
    movedStock: await products('SELECT SUM(stock_delta) FROM inventory_movements WHERE product_id = ?'),
    movedReserved: await products('SELECT SUM(reserved_delta) FROM inventory_movements WHERE product_id = ?'),
    disagreeing: (await disagreeing(databases)) + (await partsThatDisagree(platform)),
  };
}

/** The found and expected numbers in both services' books and ledgers, for a product that began with `opened` units. */
export function stockBooks(stock: StockAudit, opened: number): [name: string, found: number, expected: number][] {
  return [
    ['available + reserved + sold', stock.available + stock.reserved + stock.sold, opened],
    ['reserved', stock.reserved, stock.living],
    ['sold', stock.sold, stock.shipped],
    ['ledger of stock', stock.movedStock, opened - stock.sold],
    ['ledger of reservations', stock.movedReserved, stock.reserved],
    ['holds without an end', stock.held, 0],
    ['orders and reservations that disagree', stock.disagreeing, 0],
  ];
}

/** Counts orders whose reservation is in the wrong state, and open reservations without an order. */
async function disagreeing(databases: ProofPlatform['databases']): Promise<number> {
  const states = async (service: 'orders' | 'products', table: string) => {
    const rows = await databases.rows<{ order_ref: string; status: string }>(
      service,
      `SELECT order_ref, status FROM ${table}`,
    );
    return new Map(rows.map(({ order_ref, status }) => [order_ref, status]));
  };
  const orders = await states('orders', 'orders');
  const reservations = await states('products', 'reservations');
  const wrongOrders = [...orders].filter(([ref, status]) => reservations.get(ref) !== EXPECTED[status]);
  const orphans = [...reservations].filter(([ref, status]) => !orders.has(ref) && status !== 'released');
  return wrongOrders.length + orphans.length;
}

/** Counts lines and parts whose counters, holds and movements differ. */
async function partsThatDisagree(platform: ProofPlatform): Promise<number> {
  const counts = Object.values(await auditParts(platform)) as number[];
  return counts.reduce((sum, count) => sum + count, 0);
}

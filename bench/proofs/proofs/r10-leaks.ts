import { Buyers } from '../frame/buyers.js';
import { atLeast, exactly, none, told } from '../frame/figures.js';
import { killRepeatedly, mean } from '../frame/killer.js';
import { settle, underLoad } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';
import { Shop } from '../frame/shop.js';
import { auditStock, openWork } from '../frame/stock-audit.js';

const BUYERS = 20;
const STOCK = 1_000_000;
/** Stated in the decision record on sagas: holds, leases, postponed holds and redeliveries have ended by then. */
const SETTLED_MS = 180_000;

/**
 * Orders and products are killed in turns while 20 customers order; some orders are then shipped or cancelled. Once the
 * sweep has settled what was interrupted, every unit is available, held for a living order, or gone with a shipped one.
 */
export const leaks: Proof = {
  name: 'R10-kills',
  failure: 'stock leaks from crashed or abandoned orders',
  mutants: ['sweep-without-asking', 'no-sweep'],
  async run(stage: Stage) {
    const times = stage.amount(50, 10);
    const platform = await stage.platform({
      services: ['users', 'products', 'orders'],
      environment: { products: { RESERVATION_HOLD: '3s', SWEEP_INTERVAL: '500ms' } },
    });
    const shop = await Shop.open(platform);
    const [customer, product] = [await shop.customer(), await shop.product(STOCK)];
    const buyers = new Buyers(shop, customer, () => [[product, 2]]);
    const { orders, products } = platform.services;
    const interrupted = await underLoad(BUYERS, buyers.buy, () =>
      killRepeatedly(stage, [orders, products], { times, least: 5, work: buyers }),
    );
    await moveOn(shop, platform.databases);
    await settle(
      SETTLED_MS,
      () => openWork(platform),
      (open) => open === 0,
    );
    const stock = await auditStock(platform, product);
    return [
      exactly('kills', interrupted.length, times),
      atLeast(
        'interrupted',
        interrupted.reduce((sum, count) => sum + count, 0),
        times * 5,
      ),
      told('in flight at a kill', mean(interrupted)),
      exactly('available + reserved + sold', stock.available + stock.reserved + stock.sold, STOCK),
      exactly('reserved', stock.reserved, stock.living),
      exactly('sold', stock.sold, stock.shipped),
      exactly('ledger of stock', stock.movedStock, STOCK - stock.sold),
      exactly('ledger of reservations', stock.movedReserved, stock.reserved),
      none('holds without an end', stock.held),
      none('orders and reservations that disagree', stock.disagreeing),
    ];
  },
};

/** Ships some orders and cancels others, so that reservations end in every way. */
async function moveOn(shop: Shop, databases: { rows<R>(service: 'orders', sql: string): Promise<R[]> }): Promise<void> {
  const rows = await databases.rows<{ order_id: number }>(
    'orders',
    'SELECT order_id FROM orders ORDER BY order_id LIMIT 30',
  );
  for (const [index, { order_id }] of rows.entries()) {
    if (index % 3 === 0) await shop.step(order_id, 'cancelled');
    if (index % 3 === 1) for (const status of ['paid', 'shipped']) await shop.step(order_id, status);
  }
}

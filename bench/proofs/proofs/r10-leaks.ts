import { Buyers } from '../frame/buyers.js';
import { atLeast, atMost, exactly, type Figure, info, none } from '../frame/figures.js';
import { killRepeatedly, total } from '../frame/killer.js';
import { settle, underLoad } from '../frame/load.js';
import { auditRepeats, ordersMailedWrongly } from '../frame/mail-audit.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';
import { Shop } from '../frame/shop.js';
import { Staff } from '../frame/staff.js';
import { auditStock, openWork, stockBooks } from '../frame/stock-audit.js';

/** Some more than must be in flight at a kill, so that this number is soon reached. */
const BUYERS = 24;
const IN_FLIGHT = 20;
const DONE = 5;
const STOCK = 1_000_000;
/** From the decision record on sagas: by then holds, leases, postponed holds and redeliveries have ended. */
const SETTLED_SECONDS = 180;
const POLL_MS = 500;
const IN_PART = 'SELECT COUNT(*) FROM orders WHERE credited_total > 0';

/**
 * Orders, products and the notifier are killed in turn while customers order and staff ship and cancel, also in parts. Some
 * time after the last kill, every unit is available, held for an open order or shipped, and every customer has the e-mails
 * of the order's state and of its parts.
 */
export const leaks: Proof = {
  name: 'R10-kills',
  failure: 'stock, orders and e-mails disagree after crashes',
  mutants: ['sweep-without-asking', 'no-sweep'],
  async run(stage: Stage) {
    // Two kills of three interrupt orders; the third is the notifier's.
    const interrupting = stage.amount(50, 8);
    const times = interrupting * 1.5;
    const platform = await stage.platform({
      preloads: ['preloads/short-claims'],
      environment: { products: { RESERVATION_HOLD: '3s', SWEEP_INTERVAL: '500ms' } },
    });
    const shop = await Shop.open(platform);
    const [customer, product] = [await shop.customer(), await shop.product(STOCK)];
    const buyers = new Buyers(shop, customer, () => [[product, 3]]);
    const staff = new Staff(shop, platform);
    const { orders, products, notifier } = platform.services;
    const work = (client: number) => (client < BUYERS ? buyers.buy() : staff.work());
    const { counted, lastAt } = await underLoad(BUYERS + 1, work, async () => ({
      ...(await killRepeatedly(stage, [orders, products, notifier], {
        ...{ times, least: DONE, underWay: IN_FLIGHT, work: buyers },
      })),
      lastAt: Date.now(),
    }));
    const inFlight = counted.filter((_, turn) => turn % 3 !== 2);
    const agreed = await secondsUntilNothingIsOpen(platform, lastAt);
    return [
      exactly('kills', counted.length, times),
      exactly('of orders or products', inFlight.length, interrupting),
      atLeast('orders in flight at these', total(inFlight), interrupting * IN_FLIGHT),
      ...(await orderFigures(platform)),
      atMost('agreed after s', agreed, SETTLED_SECONDS),
      ...(await stockFigures(platform, product)),
      ...(await emailFigures(platform)),
    ];
  },
};

/** Seconds since the last process restarted; more than the limit if work is still open. */
async function secondsUntilNothingIsOpen(platform: ProofPlatform, from: number): Promise<number> {
  const nothing = (open: number) => open === 0;
  const open = await settle(SETTLED_SECONDS * 1_000, () => openWork(platform), nothing, POLL_MS);
  return nothing(open) ? (Date.now() - from) / 1_000 : Infinity;
}

async function orderFigures({ databases }: ProofPlatform): Promise<Figure[]> {
  const count = (status: string) =>
    databases.number('orders', 'SELECT COUNT(*) FROM orders WHERE status LIKE ?', [status]);
  return [
    info('orders', await count('%')),
    atLeast('shipped', await count('shipped'), 1),
    atLeast('cancelled', await count('cancelled'), 1),
    atLeast('shipments', await databases.number('orders', 'SELECT COUNT(*) FROM shipments'), 1),
    atLeast('orders cancelled in part', await databases.number('orders', IN_PART), 1),
  ];
}

async function stockFigures(platform: ProofPlatform, product: number): Promise<Figure[]> {
  const books = stockBooks(await auditStock(platform, product), STOCK);
  return books.map(([name, found, expected]) => exactly(name, found, expected));
}

async function emailFigures(platform: ProofPlatform): Promise<Figure[]> {
  const { repeated, uncounted } = await auditRepeats(platform);
  return [
    none('orders and e-mails that disagree', await ordersMailedWrongly(platform)),
    info('e-mails sent again', repeated),
    none('sent again and not counted', uncounted),
  ];
}

import { freePorts } from '../../../apps/local/src/embedded/ports.js';
import { atMost, exactly, info, none } from '../frame/figures.js';
import type { Answer } from '../frame/http.js';
import { load, settle } from '../frame/load.js';
import { untilAnswered } from '../frame/patient.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { type Customer, Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const UNITS = 100;
const CUSTOMERS = 10;
const ROUNDS = 5;
const PATIENCE_MS = 60_000;

/**
 * Everybody orders the same product at once, through two processes of orders and two of products. A further round runs
 * only if a failed attempt may have held stock, as on a machine too slow for its deadlines: that stock is soon
 * released, and the refused buyers try again.
 */
export const oversell: Proof = {
  name: 'R9',
  failure: 'more is sold than is in stock',
  mutants: ['stock-read-then-saved'],
  async run(stage: Stage) {
    const buyers = stage.amount(500, 200);
    const platform = await stage.platform({ services: ['users', 'products', 'orders'] });
    const bases = [platform.services.orders.url, await secondPair(platform)];
    const shop = await Shop.open(platform);
    const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => shop.customer()));
    const product = await shop.product(UNITS);

    const began = Date.now();
    const outcomes = new Map<number, number>();
    const left = () => [...Array(buyers).keys()].filter((buyer) => outcomes.get(buyer) !== 201);
    const failures = new Failures();
    let rounds = 0;
    let hadFailures = false;
    while (rounds === 0 || (left().length > buyers - UNITS && hadFailures && rounds < ROUNDS)) {
      rounds++;
      const before = failures.count;
      const queue = left();
      await load(
        buyers,
        () => queue.length === 0,
        async () => {
          const buyer = queue.shift() ?? 0;
          const who = { key: `buyer ${buyer}, round ${rounds}`, base: bases[buyer % bases.length] as string };
          const customer = customers[buyer % CUSTOMERS] as Customer;
          const attempt = failures.noting(() => shop.order(customer, [[product, 1]], who));
          const { status } = await untilAnswered(attempt);
          outcomes.set(buyer, status);
          stage.progress(`${outcomes.size} of ${buyers} buyers were answered`);
        },
      );
      await untilNothingIsHeld(platform);
      hadFailures = failures.count > before;
    }
    const ms = Date.now() - began;
    const count = (status: number) => [...outcomes.values()].filter((each) => each === status).length;
    const sold = await platform.databases.number('orders', 'SELECT COALESCE(SUM(quantity), 0) FROM order_items');
    return [
      info('buyers at once', buyers),
      info('attempts that failed', failures.count),
      atMost('rounds', rounds, failures.count === 0 ? 1 : ROUNDS),
      exactly('sold', sold, UNITS),
      exactly('201', count(201), UNITS),
      exactly('409', count(409), buyers - UNITS),
      ...(await stockFigures(platform, product)),
      info('ms', ms),
    ];
  },
};

/** Attempts without an order or a refusal, which may have held stock. */
class Failures {
  count = 0;

  noting(attempt: () => Promise<Answer>): () => Promise<Answer> {
    return async () => {
      const answer = await attempt().catch((error: unknown) => {
        this.count++;
        throw error;
      });
      if (answer.status !== 201 && answer.status !== 409) this.count++;
      return answer;
    };
  }
}

/** Starts a products process and an orders process that uses it, and returns the address of orders. */
async function secondPair(platform: ProofPlatform): Promise<string> {
  const [port = 0] = await freePorts(1);
  await platform.another('products', { COMMANDS_PORT: String(port) });
  const orders = await platform.another('orders', { PRODUCTS_COMMANDS: `tcp://127.0.0.1:${port}` });
  return orders.url;
}

function untilNothingIsHeld({ databases }: ProofPlatform): Promise<number> {
  return settle(
    PATIENCE_MS,
    () => databases.number('products', "SELECT COUNT(*) FROM reservations WHERE status = 'held'"),
    (holds) => holds === 0,
  );
}

async function stockFigures(platform: ProofPlatform, product: number) {
  const number = (sql: string) => platform.databases.number('products', sql, [product]);
  const level = 'FROM inventory WHERE product_id = ?';
  const moved = 'FROM inventory_movements WHERE product_id = ?';
  return [
    none('holds without an order', await untilNothingIsHeld(platform)),
    none('negative', await number(`SELECT COUNT(*) ${level} AND (stock_quantity < reserved_quantity)`)),
    exactly('stock', await number(`SELECT stock_quantity ${level}`), await number(`SELECT SUM(stock_delta) ${moved}`)),
    exactly('reserved', await number(`SELECT reserved_quantity ${level}`), UNITS),
    exactly('Σ reserved movements', await number(`SELECT SUM(reserved_delta) ${moved}`), UNITS),
  ];
}

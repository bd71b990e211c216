import { freePorts } from '../../../apps/local/src/embedded/ports.js';
import { Aim, commandsTo, CommandTap } from '../frame/command-tap.js';
import { atLeast, exactly, none } from '../frame/figures.js';
import { load, settle, sleep } from '../frame/load.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const BUYERS = 8;
const PATIENCE_MS = 60_000;

type Outcome = 'placed' | 'abandoned' | 'unanswered';

/**
 * Each order is settled at about the moment of its commit: the proof, between orders and products, learns each ref from
 * its reservation, and sends `orders.settle` as the sweeper does for an expired hold.
 */
export const settleRace: Proof = {
  name: 'R10-settle',
  failure: 'stock of a late order is released',
  mutants: ['settling-by-looking'],
  async run(stage: Stage) {
    const orders = stage.amount(1_000, 150);
    const [productsPort = 0, ordersPort = 0] = await freePorts(2);
    const [toProducts, toOrders] = [commandsTo(productsPort), commandsTo(ordersPort)];
    const settled = new Map<string, Promise<Outcome>>();
    const aim = new Aim();
    const settleSoon = async (order_ref: string): Promise<Outcome> => {
      await sleep(aim.next());
      const ask = () => toOrders.ask<{ outcome: Outcome }>('orders.settle', { order_ref }).catch(() => undefined);
      // Retries, as the sweeper does.
      const { outcome = 'unanswered' } = (await settle(PATIENCE_MS, ask, (answer) => answer !== undefined)) ?? {};
      aim.learn(outcome === 'abandoned');
      return outcome;
    };
    const tap = await CommandTap.start('inventory.reserve', async (payload) => {
      const answer = await toProducts.ask<object>('inventory.reserve', payload);
      settled.set(payload.order_ref, settleSoon(payload.order_ref));
      return answer;
    });
    const platform = await stage.platform({
      services: ['users', 'products', 'orders'],
      environment: {
        products: {
          COMMANDS_PORT: String(productsPort),
          ORDERS_COMMANDS: `tcp://127.0.0.1:${ordersPort}`,
          RESERVATION_HOLD: '5s',
          SWEEP_INTERVAL: '200ms',
        },
        orders: { COMMANDS_PORT: String(ordersPort), PRODUCTS_COMMANDS: tap.address },
      },
    });
    const answers = await buy(stage, platform, orders);
    const outcomes = new Map<string, Outcome>();
    for (const [ref, outcome] of settled) outcomes.set(ref, await outcome);
    await Promise.all([toProducts.close(), toOrders.close(), tap.stop()]);
    return [
      exactly('orders', answers.length, orders),
      exactly('settles', [...outcomes.values()].filter((outcome) => outcome !== 'unanswered').length, orders),
      ...(await figures(platform, answers, outcomes)),
    ];
  },
};

async function buy(stage: Stage, platform: ProofPlatform, orders: number): Promise<number[]> {
  const shop = await Shop.open(platform);
  const [customer, product] = [await shop.customer(), await shop.product(1_000_000)];
  const answers: number[] = [];
  let begun = 0;
  await load(
    BUYERS,
    () => begun >= orders,
    async () => {
      begun++;
      answers.push((await shop.order(customer, [[product, 1]])).status);
      stage.progress(`${answers.length} of ${orders} races`);
    },
  );
  return answers;
}

async function figures({ databases }: ProofPlatform, answers: number[], outcomes: Map<string, Outcome>) {
  const rows = await databases.rows<{ order_ref: string }>('orders', 'SELECT order_ref FROM orders');
  const stored = new Set(rows.map(({ order_ref }) => order_ref));
  const races = [...outcomes];
  const wins = (outcome: Outcome) => races.filter(([, won]) => won === outcome);
  const held = await settle(
    PATIENCE_MS,
    () => databases.number('products', "SELECT COUNT(*) FROM reservations WHERE status = 'held'"),
    (holds) => holds === 0,
  );
  const share = Math.floor(answers.length / 20);
  return [
    atLeast('commit won', wins('placed').length, share),
    atLeast('settle won', wins('abandoned').length, share),
    none('both won', wins('abandoned').filter(([ref]) => stored.has(ref)).length),
    none('nobody won', wins('placed').filter(([ref]) => !stored.has(ref)).length),
    exactly('201', answers.filter((status) => status === 201).length, stored.size),
    none('answers besides 201 and 503', answers.filter((status) => status !== 201 && status !== 503).length),
    none('holds left', held),
    exactly(
      'reserved',
      await databases.number('products', 'SELECT SUM(reserved_quantity) FROM inventory'),
      stored.size,
    ),
  ];
}

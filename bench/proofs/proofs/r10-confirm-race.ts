import { randomUUID } from 'node:crypto';
import { TestOrder } from '../../../test/support/sample-events.js';
import { freePorts } from '../../../apps/local/src/embedded/ports.js';
import { Aim, commandsTo, CommandTap } from '../frame/command-tap.js';
import { atLeast, exactly, none } from '../frame/figures.js';
import { load, settle, sleep } from '../frame/load.js';
import { untilFinished } from '../frame/mail-run.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const PATIENCE_MS = 120_000;
const CLIENTS = 4;

/**
 * A hold's confirmation arrives by the queue just as the sweeper releases the hold. The proof itself gives a wrong
 * answer to `orders.settle`, so that only the reservation's state decides.
 */
export const confirmRace: Proof = {
  name: 'R10-confirm',
  failure: 'a hold is confirmed and released',
  mutants: ['steps-from-any-state'],
  async run(stage: Stage) {
    const holds = stage.amount(1_000, 100);
    const [port = 0] = await freePorts(1);
    const race = new Race();
    const tap = await CommandTap.start('orders.settle', ({ order_ref }) => race.start(order_ref));
    const platform = await stage.platform({
      services: ['users', 'products'],
      environment: {
        products: {
          COMMANDS_PORT: String(port),
          ORDERS_COMMANDS: tap.address,
          RESERVATION_HOLD: '100ms',
          SWEEP_INTERVAL: '20ms',
        },
      },
    });
    race.platform = platform;
    await hold(await Shop.open(platform), port, holds);
    await settle(
      PATIENCE_MS,
      async () => {
        stage.progress(`${race.count} of ${holds} races`);
        return platform.databases.number('products', "SELECT COUNT(*) FROM reservations WHERE status = 'held'");
      },
      (held) => held === 0,
    );
    await untilFinished(platform, 'products');
    await tap.stop();
    return figures(platform, holds);
  },
};

/** Sends the confirmation, then lets the expiry continue; adjusts the aim for the next one. */
class Race {
  platform: ProofPlatform | undefined;
  count = 0;
  private readonly aim = new Aim();
  private last: string | undefined;

  async start(order_ref: string): Promise<{ outcome: 'abandoned' }> {
    const { databases, wire } = this.platform as ProofPlatform;
    const sql = "SELECT COUNT(*) FROM reservations WHERE order_ref = ? AND status = 'released'";
    if (this.last !== undefined) this.aim.learn((await databases.number('products', sql, [this.last])) === 1);
    this.last = order_ref;
    this.count++;
    await wire.send('products', [JSON.stringify(new TestOrder({ order_ref }).event('order.created'))]);
    await sleep(this.aim.next());
    return { outcome: 'abandoned' };
  }
}

async function hold(shop: Shop, port: number, holds: number): Promise<void> {
  const product_id = await shop.product(1_000_000);
  const products = commandsTo(port);
  let begun = 0;
  await load(
    CLIENTS,
    () => begun >= holds,
    async () => {
      begun++;
      const items = [{ product_id, quantity: 1 }];
      await products.ask('inventory.reserve', { order_ref: randomUUID(), items }, { timeoutMs: 10_000 });
    },
  );
  await products.close();
}

async function figures({ databases }: ProofPlatform, holds: number) {
  const number = (sql: string) => databases.number('products', sql);
  const confirmed = await number("SELECT COUNT(*) FROM reservations WHERE status = 'confirmed'");
  const released = await number("SELECT COUNT(*) FROM reservations WHERE status = 'released'");
  const givenBack = "SELECT COUNT(*) FROM inventory_movements WHERE reason = 'reservation expired'";
  const share = Math.floor(holds / 20);
  return [
    exactly('races', confirmed + released, holds),
    atLeast('confirm won', confirmed, share),
    atLeast('expiry won', released, share),
    none(
      'both won',
      await number(
        "SELECT COUNT(*) FROM reservations JOIN inventory_movements m USING (order_ref) WHERE status = 'confirmed' AND m.reason = 'reservation expired'",
      ),
    ),
    exactly('given back', await number(givenBack), released),
    exactly('reserved', await number('SELECT SUM(reserved_quantity) FROM inventory'), confirmed),
  ];
}

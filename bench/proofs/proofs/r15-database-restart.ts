import { randomUUID } from 'node:crypto';
import { exactly, info, none } from '../frame/figures.js';
import { type Answer } from '../frame/http.js';
import { doneAndUnderWay } from '../frame/killer.js';
import { sleep, underLoad } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';
import { type Basket, type Customer, Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const BUYERS = 16;
const PATIENCE_MS = 90_000;

/** The database server is killed under load; buyers retry unacknowledged orders under their keys. */
export const databaseRestart: Proof = {
  name: 'R15',
  failure: 'a database restart loses or duplicates orders',
  mutants: ['commit-not-awaited'],
  alone: true,
  async run(stage: Stage) {
    const times = stage.amount(5, 2);
    const platform = await stage.platform({ services: ['users', 'products', 'orders'] });
    const shop = await Shop.open(platform);
    const customer = await shop.customer();
    const products = await Promise.all(Array.from({ length: BUYERS }, () => shop.product(1_000_000)));
    const buyers = new PersistentBuyers(shop, customer, (client) => [[products[client] ?? 0, 1]]);
    const killed = new Set<number>();
    await underLoad(BUYERS, buyers.buy, async () => {
      for (let kills = 0; kills < times; kills++) {
        await doneAndUnderWay(buyers, BUYERS);
        killed.add(stage.servers.database.pid);
        await stage.servers.killDatabase();
        stage.progress(`${kills + 1} of ${times} restarts`);
      }
      await doneAndUnderWay(buyers, BUYERS);
    });
    const rows = await platform.databases.rows<{ order_ref: string }>('orders', 'SELECT order_ref FROM orders');
    const stored = new Set(rows.map(({ order_ref }) => order_ref));
    return [
      exactly('servers killed', killed.size, times),
      info('acknowledged', buyers.acknowledged.size),
      none('acknowledged and missing', [...buyers.acknowledged].filter((ref) => !stored.has(ref)).length),
      exactly('orders', stored.size, buyers.finished),
      info('503', buyers.unavailable),
      none('503 without Retry-After', buyers.withoutRetryAfter),
      none('other failures', buyers.others),
      info('repeated without an answer', buyers.unanswered),
    ];
  },
};

const describe = (answer: Answer | undefined) =>
  answer ? `${answer.status} ${String(answer.body['code'])}` : 'no answer at all';

/** Retry each order under its key until it is acknowledged. */
class PersistentBuyers {
  readonly acknowledged = new Set<string>();
  finished = 0;
  unavailable = 0;
  withoutRetryAfter = 0;
  unanswered = 0;
  others = 0;
  private running = 0;

  constructor(
    private readonly shop: Shop,
    private readonly customer: Customer,
    private readonly basket: (client: number) => Basket,
  ) {}

  readonly done = (): number => this.finished;
  readonly inFlight = (): number => this.running;

  readonly buy = async (client: number): Promise<void> => {
    const key = randomUUID();
    const deadline = Date.now() + PATIENCE_MS;
    this.running++;
    try {
      for (;;) {
        const answer = await this.shop.order(this.customer, this.basket(client), { key }).catch(() => undefined);
        if (answer?.status === 201) {
          this.acknowledged.add(String(answer.body['order_ref']));
          this.finished++;
          return;
        }
        if (Date.now() > deadline)
          throw new Error(`An order was refused for ${PATIENCE_MS / 1_000} s, at last with ${describe(answer)}.`);
        this.count(answer);
        await sleep(100);
      }
    } finally {
      this.running--;
    }
  };

  private count(answer: Answer | undefined): void {
    if (!answer) this.unanswered++;
    else if (answer.status === 503) {
      this.unavailable++;
      if (answer.headers['retry-after'] === undefined) this.withoutRetryAfter++;
    } else if (answer.body['code'] !== 'idempotency-key-in-use') this.others++;
  }
}

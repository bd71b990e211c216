import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformProcess } from '../../../test/e2e/support/process.js';
import { smallDiskAt } from '../../../test/e2e/support/small-disk.js';
import { moduleOf } from '../frame/child.js';
import { type Login, verified } from '../frame/embedded-visitors.js';
import { atLeast, atMost, type Figure, info, none } from '../frame/figures.js';
import { ask, reasonOf } from '../frame/http.js';
import { settle, sleep, underLoad } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';

const MEGABYTES = 128;
const AWAY_MS = 60_000;
const BUYERS = 4;
const PAUSE_MS = 200;
/** The duration of the load before and after. */
const AROUND_MS = 5_000;
const DELIVERED_SECONDS = 90;

/** The disk of `npm start` is full for a minute while customers order: databases, queues and mailbox are all on it. */
export const fullDisk: Proof = {
  name: 'R22-disk',
  alias: 'outages',
  failure: 'a full disk loses data, or its effects outlast it',
  mutants: ['full-disk-unnamed'],
  async run(stage) {
    const folder = join(stage.folder, 'disk');
    mkdirSync(folder);
    const disk = smallDiskAt(folder, MEGABYTES);
    const platform = await PlatformProcess.start({
      dataDir: join(folder, 'data'),
      through: disk.through,
      imports: [...disk.imports, ...stage.mutants.map(moduleOf)],
    });
    try {
      const buyers = await DiskBuyers.open(platform.url);
      let returned = 0;
      await underLoad(
        BUYERS,
        () => buyers.buy(),
        async () => {
          await sleep(AROUND_MS);
          const full = Date.now() + stage.amount(AWAY_MS, 15_000);
          // Refills room from deleted or rewritten files, which others would take on a real disk.
          while (Date.now() < full) {
            disk.fill(platform.pid);
            stage.progress(`full, ${buyers.orders.length} orders acknowledged`);
            await sleep(PAUSE_MS);
          }
          disk.empty(platform.pid);
          returned = performance.now();
          await sleep(AROUND_MS);
        },
      );
      const left = await settle(
        2 * DELIVERED_SECONDS * 1_000,
        () => buyers.undelivered(),
        (count) => count === 0,
        500,
      );
      const seconds = (performance.now() - returned) / 1_000;
      return [
        ...(await buyers.figures()),
        none('not delivered', left),
        atMost('all delivered, s after the return', left === 0 ? seconds : Infinity, DELIVERED_SECONDS),
      ];
    } finally {
      await platform.end('SIGKILL');
    }
  },
};

/** One customer's orders, each sent once, and the responses. */
class DiskBuyers {
  /** Acknowledged orders. */
  readonly orders: number[] = [];
  private readonly refused = { unavailable: 0, otherwise: 0, unanswered: 0 };

  private constructor(
    private readonly base: string,
    private readonly customer: Login,
  ) {}

  static async open(base: string): Promise<DiskBuyers> {
    return new DiskBuyers(base, await verified(base));
  }

  async buy(): Promise<void> {
    const { token } = this.customer;
    const body = { items: [{ product_id: 1 + (this.orders.length % 8), quantity: 1 }] };
    try {
      const answer = await ask(`${this.base}/orders`, { method: 'POST', token, key: randomUUID(), body });
      if (answer.status === 201) this.orders.push(Number(answer.body['order_id']));
      else if (answer.status === 503) this.refused.unavailable++;
      else this.refused.otherwise++;
    } catch (error) {
      if (reasonOf(error) === 'ECONNREFUSED') throw error;
      this.refused.unanswered++;
    }
    await sleep(PAUSE_MS);
  }

  /** Missing confirmations and waiting messages. */
  async undelivered(): Promise<number> {
    const { body } = await ask(`${this.base}/dev/emails?to=${this.customer.email}`);
    const subjects = (body as unknown as { subject: string }[]).map(({ subject }) => subject);
    const confirmed = subjects.filter((subject) => /order/i.test(subject)).length;
    const waiting = (await this.queues()).filter(({ name }) => !name.endsWith('-dlq'));
    return this.orders.length - confirmed + waiting.reduce((sum, queue) => sum + depth(queue), 0);
  }

  async figures(): Promise<Figure[]> {
    const { token } = this.customer;
    const reads = await Promise.all(this.orders.map((id) => ask(`${this.base}/orders/${id}`, { token })));
    const deadLetters = (await this.queues()).filter(({ name }) => name.endsWith('-dlq'));
    return [
      atLeast('orders', this.orders.length, 1),
      atLeast('503', this.refused.unavailable, 1),
      none('other refusals', this.refused.otherwise),
      info('no answer', this.refused.unanswered),
      none('lost', reads.filter(({ status }) => status !== 200).length),
      none(
        'dead letters',
        deadLetters.reduce((sum, queue) => sum + depth(queue), 0),
      ),
    ];
  }

  private async queues(): Promise<Queue[]> {
    return (await ask(`${this.base}/dev/queues`)).body as unknown as Queue[];
  }
}

interface Queue {
  name: string;
  ready: number;
  delayed: number;
  in_flight: number;
}

const depth = ({ ready, delayed, in_flight: inFlight }: Queue): number => ready + delayed + inFlight;

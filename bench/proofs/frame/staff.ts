import { sleep } from './load.js';
import { untilAnswered } from './patient.js';
import type { ProofPlatform } from './platform.js';
import { expectStatus, type Shop } from './shop.js';

const PAUSE_MS = 50;

/** Of every three orders, ships one and cancels one, and retries each step until it is answered. */
export class Staff {
  private last = 0;

  constructor(
    private readonly shop: Shop,
    private readonly platform: ProofPlatform,
  ) {}

  readonly work = async (): Promise<void> => {
    const sql = 'SELECT order_id FROM orders WHERE order_id > ? ORDER BY order_id LIMIT 1';
    const next = await this.platform.databases.number('orders', sql, [this.last]);
    await sleep(PAUSE_MS);
    if (next === 0) return;
    this.last = next;
    const steps = [['cancelled'], ['paid', 'shipped'], []][next % 3] ?? [];
    for (const status of steps) expectStatus(200, await untilAnswered(() => this.shop.step(next, status)));
  };
}

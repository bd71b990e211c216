import { randomUUID } from 'node:crypto';
import type { Envelope } from '@app/events';
import { MANIFESTS } from '../../../apps/manifests.js';
import { sleep } from './load.js';
import { sendAll, shuffled } from './mail-run.js';
import type { ProofPlatform } from './platform.js';

const PAUSE_MS = 100;

interface Message {
  app: 'products' | 'notifier';
  body: string;
}

/**
 * Delivers every event twice more, in any order and often before the first time: to the notifier under its id, to
 * products also under another one.
 */
export class Echo {
  repeated = 0;
  private waiting: Message[] = [];

  constructor(private readonly platform: ProofPlatform) {}

  /** Repeats about half of what waits, and leaves the rest for later. */
  readonly some = async (): Promise<void> => {
    await this.take();
    await this.send(Math.ceil(this.waiting.length / 2));
    await sleep(PAUSE_MS);
  };

  /** Repeats everything. Returns how much that was. */
  async rest(): Promise<number> {
    await this.take();
    const count = this.waiting.length;
    await this.send(count);
    return count;
  }

  private async take(): Promise<void> {
    const events = await this.platform.wire.publishedEvents();
    this.waiting = shuffled([...this.waiting, ...events.flatMap(copies)]);
  }

  private async send(count: number): Promise<void> {
    const now = this.waiting.splice(0, count);
    for (const app of ['products', 'notifier'] as const) {
      const bodies = now.filter((message) => message.app === app).map(({ body }) => body);
      await sendAll(this.platform, app, bodies);
    }
    this.repeated += now.length;
  }
}

function copies(event: Envelope): Message[] {
  const [same, other] = [JSON.stringify(event), JSON.stringify({ ...event, event_id: randomUUID() })];
  const to = (app: Message['app'], ...bodies: string[]) => {
    const heard: readonly string[] = MANIFESTS[app].hears ?? [];
    return heard.includes(event.event_type) ? bodies.map((body) => ({ app, body })) : [];
  };
  return [...to('products', same, other), ...to('notifier', same, same)];
}

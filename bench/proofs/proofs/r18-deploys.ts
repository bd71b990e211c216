import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceName } from '../../../apps/manifests.js';
import { TestOrder } from '../../../test/support/sample-events.js';
import { atMost, exactly, info, none } from '../frame/figures.js';
import { ask, type Ask } from '../frame/http.js';
import { doneAndUnderWay, type Work } from '../frame/killer.js';
import { settle, sleep, underLoad } from '../frame/load.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const CLIENTS = 12;
const LEAST = 3;
const EVENTS = 10;
const BACKLOG = 60;
const PAUSE_AFTER_FAILURE_MS = 50;

/** Each service gets SIGTERM repeatedly under load: it must answer accepted requests and release its claims. */
export const deploys: Proof = {
  name: 'R18',
  failure: 'a deploy drops work',
  mutants: ['exit-at-once'],
  async run(stage: Stage) {
    const accepted = join(stage.folder, 'accepted-requests');
    const platform = await stage.platform({
      preloads: ['preloads/accepted-requests'],
      environment: { orders: { ACCEPTED_REQUESTS: accepted }, products: { ACCEPTED_REQUESTS: accepted } },
      links: ['mail'],
    });
    platform.links.mail.delay(10);
    const shop = await Shop.open(platform);
    const [customer, product] = [await shop.customer(), await shop.product(1_000_000)];
    const clients = new Clients();
    const order = () =>
      clients.send(shop.url('orders', '/orders'), {
        method: 'POST',
        token: customer.token,
        body: { items: [{ product_id: product, quantity: 1 }] },
      });
    const read = () => clients.send(shop.url('products', '/products?page_size=5'));
    const deploy = (service: ServiceName, times: number, work: Work) =>
      terminate(stage, platform, { service, times, work });

    const exits = [
      ...(await underLoad(CLIENTS, order, () => deploy('orders', stage.amount(20, 3), clients))),
      ...(await underLoad(CLIENTS, read, () => deploy('products', stage.amount(10, 2), clients))),
      ...(await underLoad(CLIENTS, order, () => deploy('products', stage.amount(10, 2), clients))),
    ];
    const messages = new Messages(platform);
    exits.push(...(await underLoad(1, messages.feed, () => deploy('notifier', stage.amount(10, 2), messages))));
    await settle(
      120_000,
      () => platform.wire.depth('notifier'),
      ({ visible, hidden }) => visible + hidden === 0,
    );

    const taken = new Set(
      readFileSync(accepted, 'utf8')
        .split('\n')
        .filter((id) => clients.sent.has(id)),
    );
    const holds = await platform.databases.rows<{ order_ref: string }>(
      'products',
      "SELECT order_ref FROM reservations WHERE status <> 'released'",
    );
    const rows = await platform.databases.rows<{ order_ref: string }>('orders', 'SELECT order_ref FROM orders');
    const placed = new Set(rows.map(({ order_ref }) => order_ref));
    const unanswered = holds.filter(({ order_ref }) => !placed.has(order_ref)).length;
    const emails = platform.wire.emails().filter(({ to }) => to.some((address) => messages.sent.has(address)));
    return [
      exactly('deploys', exits.length, stage.amount(50, 9)),
      none('ended unclean', exits.filter((code) => code !== 0).length),
      info('requests taken', taken.size),
      none('taken and not answered', [...taken].filter((id) => !clients.answered.has(id)).length),
      none('answered with 500', clients.failed),
      info('refused while away', clients.sent.size - taken.size),
      // A command that exceeds its caller's timeout on a busy machine was not dropped by the deploy.
      atMost(
        'reservations without an answer',
        unanswered,
        platform.services.orders.log().split('"The answer did not come in time."').length - 1,
      ),
      exactly('e-mails', emails.length, messages.sent.size),
      none('messages that had to be sent again', await messages.sentAgain()),
    ];
  },
};

async function terminate(
  stage: Stage,
  platform: ProofPlatform,
  { service, times, work }: { service: ServiceName; times: number; work: Work },
): Promise<(number | null)[]> {
  const exits: (number | null)[] = [];
  while (exits.length < times) {
    await doneAndUnderWay(work, LEAST);
    exits.push(await platform.services[service].terminate());
    await platform.services[service].start();
    stage.progress(`${exits.length} of ${times} deploys of ${service}`);
  }
  return exits;
}

/** Sends requests with ids, and records their results. */
class Clients implements Work {
  readonly sent = new Set<string>();
  readonly answered = new Set<string>();
  failed = 0;
  private succeeded = 0;

  readonly done = (): number => this.succeeded;
  readonly inFlight = (): number => this.sent.size - this.ended;
  private ended = 0;

  async send(url: string, request: Ask = {}): Promise<void> {
    const id = randomUUID();
    this.sent.add(id);
    try {
      const { status } = await ask(url, { ...request, headers: { 'x-request-id': id } });
      this.answered.add(id);
      if (status < 300) this.succeeded++;
      if (status === 500) this.failed++;
    } catch {
      await sleep(PAUSE_AFTER_FAILURE_MS);
    } finally {
      this.ended++;
    }
  }
}

/** Keeps more messages in the queue than the notifier can take. */
class Messages implements Work {
  /** Recipients. */
  readonly sent = new Set<string>();
  private readonly events: string[] = [];

  constructor(private readonly platform: ProofPlatform) {}

  readonly done = (): number => this.platform.wire.emailCount();
  readonly inFlight = (): Promise<number> =>
    this.platform.databases.number('notifier', "SELECT COUNT(*) FROM emails WHERE status = 'sending'");

  readonly feed = async (): Promise<void> => {
    const { visible } = await this.platform.wire.depth('notifier');
    if (visible >= BACKLOG) return sleep(20);
    const orders = Array.from({ length: EVENTS }, () => new TestOrder());
    for (const { email } of orders) this.sent.add(email);
    const events = orders.map((order) => order.event('order.created'));
    this.events.push(...events.map(({ event_id }) => event_id));
    await this.platform.wire.send(
      'notifier',
      events.map((event) => JSON.stringify(event)),
    );
  };

  /** Attempts beyond the first: after a deploy that interrupted one, another process sent the e-mail again. */
  sentAgain(): Promise<number> {
    const sql = 'SELECT COALESCE(SUM(attempts - 1), 0) FROM emails WHERE event_id IN (?)';
    return this.platform.databases.number('notifier', sql, [this.events]);
  }
}

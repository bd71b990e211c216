import { randomUUID } from 'node:crypto';
import { atLeast, atMost, exactly, type Figure, info, none } from '../frame/figures.js';
import { type Answer, ask } from '../frame/http.js';
import { settle, sleep, underLoad } from '../frame/load.js';
import { untilAnswered } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

/** Browsers and buyers at once, of whom each second one buys. */
const VISITORS = 4;
const PAYERS = 3;
const PATIENCE_MS = 60_000;
/** After the provider's return until it is believed to be back. */
const RETURN_MS = 10_000;
/** Two visits must not take more than so many times the quiet time, plus what this machine's noise is. */
const SLOWER = 3;
const NOISE_MS = 60;

/** The provider is killed, frozen, overloaded and broken, and at last the payments service itself is killed. */
export const providerAway: Proof = {
  name: 'P10',
  failure: 'a provider that is away takes the shop with it',
  mutants: ['provider-without-deadline'],
  alone: true,
  async run(stage: Stage): Promise<Figure[]> {
    const outageMs = stage.amount(10_000, 2_500);
    const market = await openMarket(stage);
    const { platform, till } = market;
    const { stripe } = platform;
    const outages: Record<string, [() => unknown, () => unknown]> = {
      killed: [() => stripe.kill(), () => stripe.start()],
      frozen: [() => stripe.pause(), () => stripe.resume()],
      overloaded: [() => stripe.faults({ refuse_with: 429 }), () => stripe.faults({ refuse_with: 0 })],
      broken: [() => stripe.faults({ refuse_with: 500 }), () => stripe.faults({ refuse_with: 0 })],
    };
    const visits = new Visits(market);
    const figures: Figure[] = [];
    await underLoad(VISITORS, visits.visit, async () => {
      await sleep(outageMs);
      const quiet = visits.take();
      for (const [name, [begin, end]] of Object.entries(outages)) {
        stage.progress(`the provider is ${name}`);
        await begin();
        const payers = new Payers(market, outageMs);
        await payers.pay();
        const during = visits.take();
        await end();
        await untilBack(market);
        figures.push(...payers.figures(name), ...visitFigures(name, quiet, during), await payers.goOn(name));
      }
      visits.take();
      await platform.services.payments.kill();
      await sleep(outageMs);
      figures.push(...visitFigures('without payments', quiet, visits.take()));
      await platform.services.payments.start();
    });
    const paid = await settle(
      PATIENCE_MS,
      () => till.orders("status = 'paid'"),
      (count) => count > 0,
    );
    return [...figures, atLeast('orders paid', paid, 1)];
  },
};

interface Visited {
  /** Milliseconds, sorted. */
  times: number[];
  failed: number;
}

/** People who look at a product, or order it. */
class Visits {
  private times: number[] = [];
  private failed = 0;
  private next = 0;

  constructor(private readonly market: Market) {}

  readonly visit = async (): Promise<void> => {
    const { shop, customer, product } = this.market;
    const buys = this.next++ % 2 === 0;
    const began = performance.now();
    const answer = await (
      buys ? shop.order(customer, [[product, 1]]) : ask(shop.url('products', `/products/${product}`))
    )
      .then(({ status }) => status)
      .catch(() => 0);
    this.times.push(performance.now() - began);
    if (answer !== (buys ? 201 : 200)) this.failed++;
    await sleep(10);
  };

  /** Those since it was called last. */
  take(): Visited {
    const visited = { times: this.times.toSorted((a, b) => a - b), failed: this.failed };
    this.times = [];
    this.failed = 0;
    return visited;
  }
}

function visitFigures(name: string, quiet: Visited, { times, failed }: Visited): Figure[] {
  const slow = (of: number[]) => of[Math.floor(of.length * 0.95)] ?? Infinity;
  return [
    none(`${name}: visits failed`, failed),
    info(`${name}: visits`, times.length),
    atMost(`${name}: ms of a slow visit`, slow(times), Math.round(slow(quiet.times) * SLOWER + NOISE_MS)),
  ];
}

/** Buyers who try to pay during an outage, and come back after it under the same key. */
class Payers {
  private readonly attempts: { orderId: number; key: string }[] = [];
  private readonly answers: (Answer & { ms: number })[] = [];

  constructor(
    private readonly market: Market,
    private readonly outageMs: number,
  ) {}

  async pay(): Promise<void> {
    const until = Date.now() + this.outageMs;
    const loop = async () => {
      while (Date.now() < until) await this.attempt();
    };
    await Promise.all(Array.from({ length: PAYERS }, loop));
  }

  figures(name: string): Figure[] {
    const slowest = Math.max(...this.answers.map(({ ms }) => ms));
    return [
      info(`${name}: asked to pay`, this.answers.length),
      none(`${name}: answered other than 503`, this.answers.filter(({ status }) => status !== 503).length),
      none(`${name}: without Retry-After`, this.answers.filter(({ headers }) => !headers['retry-after']).length),
      atMost(`${name}: ms until the slowest 503`, slowest, 1_500),
    ];
  }

  /** Everybody pays now. */
  async goOn(name: string): Promise<Figure> {
    const { till, customer, platform } = this.market;
    let done = 0;
    for (const { orderId, key } of this.attempts) {
      const { status, body } = await untilAnswered(() => till.begin(customer, orderId, { key }));
      if (status === 201 && (await platform.stripe.confirm(String(body['provider_ref']))) === 'succeeded') done++;
    }
    return exactly(`${name}: paid afterwards`, done, this.attempts.length);
  }

  private async attempt(): Promise<void> {
    const { till, customer, product } = this.market;
    const orderId = await till.order(customer, product);
    if (orderId === undefined) return;
    const key = randomUUID();
    const began = performance.now();
    const answer = await till
      .begin(customer, orderId, { key })
      .catch((): Answer => ({ status: 0, headers: {}, body: {} }));
    this.answers.push({ ...answer, ms: performance.now() - began });
    this.attempts.push({ orderId, key });
    await sleep(50);
  }
}

/** The gate before the provider looks again after a second. */
async function untilBack({ till, customer, product }: Market): Promise<void> {
  const orderId = (await till.order(customer, product)) ?? 0;
  const key = randomUUID();
  await settle(
    RETURN_MS,
    () => till.begin(customer, orderId, { key }).catch(() => undefined),
    (answer) => answer?.status === 201,
  );
}

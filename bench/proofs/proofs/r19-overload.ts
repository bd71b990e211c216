import { atLeast, atMost, info, none } from '../frame/figures.js';
import type { Proof } from '../frame/proof.js';
import { Shop } from '../frame/shop.js';
import { Generator, type Kind, type KindResult, type Phase, Refuser } from '../generator/phase.js';
import { visits } from '../generator/visits.js';

/** Suitable for two cores that also run the database. */
const BOUNDS = { MAX_IN_FLIGHT: '48', MAX_EVENT_LOOP_DELAY: '80ms', DATABASE_POOL_SIZE: '4' };
const TIMES = 5;
/** All of them are served: the least important requests are refused only from half of `MAX_IN_FLIGHT` on. */
const CLIENTS = 24;
/** The load of an ordinary day, as a share of the capacity. */
const ORDINARY = 0.5;
const REFUSED_MS = 50;
const RECOVERED_MS = 5_000;
/** The allowed p99, over a second, relative to the ordinary one, to count as fast as before. */
const AS_BEFORE = { times: 1.5, plusMs: 50, windowMs: 1_000, stepMs: 100 };

/**
 * Visitors view products and orders, and sometimes place one. The proof measures the services' capacity for this mix,
 * and then sends five times as many visitors, whether or not they are answered.
 */
export const overload: Proof = {
  name: 'R19',
  alias: 'overload',
  failure: 'overload stops checkouts',
  mutants: ['everybody-admitted'],
  alone: true,
  async run(stage) {
    const platform = await stage.platform({
      services: ['users', 'products', 'orders'],
      environment: { products: BOUNDS, orders: BOUNDS },
    });
    const kinds = await visits(platform, await Shop.open(platform));
    const generator = await Generator.start(stage.folder);
    const refuser = await Refuser.start(stage.folder);
    try {
      const seconds = stage.amount(10, 6);
      const served = async (asked: Kind[]) => {
        const [measured = {}] = await generator.run([{ seconds, kinds: asked, clients: CLIENTS }]);
        return { perSecond: count(measured['checkout'], 201) / seconds, refused: times(all(measured), 503).length };
      };
      stage.progress('warming up');
      await served(kinds);
      const { perSecond: alone } = await served(kinds.filter(({ name }) => name === 'checkout'));
      stage.progress(`${Math.round(alone)} checkouts a second, alone`);
      const { perSecond: capacity, refused } = await served(kinds);
      stage.progress(`${Math.round(capacity)} checkouts a second, among the other requests`);
      const under = (share: number, length: number): Phase => ({
        seconds: length,
        kinds: [...kinds, refuser.kind],
        perSecond: capacity * share,
      });
      const long = stage.amount(30, 10);
      const results = await generator.run([under(ORDINARY, seconds), under(TIMES, long), under(ORDINARY, seconds)]);
      const [before = {}, during = {}, after = {}] = results.map(({ bare: _bare, ...services }) => services);
      const bare = p99(times(results[1]?.['bare']?.samples, 503));
      const ordinary = p99(all(before).map(({ ms }) => ms));
      return [
        info('checkouts/s alone', alone),
        info('at capacity, among others', capacity),
        none('refused at capacity', refused),
        info(`offered at ${TIMES} ×`, (during['checkout']?.sent ?? 0) / long),
        atLeast('% of capacity', (count(during['checkout'], 201) / long / capacity) * 100, 99),
        info('p99 of theirs, ms', p99(times(during['checkout']?.samples, 201))),
        none('unanswered', all(during).filter(({ status }) => status === 0).length),
        info('refused', times(all(during), 503).length),
        atMost('refused after p99 ms', p99(times(all(during), 503)), REFUSED_MS),
        info('refused by a bare server, p99 ms', bare),
        info('ordinary p99, ms', ordinary),
        atMost('as before after ms', recoveredAfter(all(after), ordinary), RECOVERED_MS),
      ];
    } finally {
      await generator.stop();
      await refuser.stop();
    }
  },
};

type Samples = KindResult['samples'];

const all = (results: Record<string, KindResult>): Samples => Object.values(results).flatMap(({ samples }) => samples);

const times = (samples: Samples = [], wanted: number): number[] =>
  samples.filter(({ status }) => status === wanted).map(({ ms }) => ms);

const count = (result: KindResult | undefined, status: number): number => times(result?.samples, status).length;

function p99(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;
}

/** The start of the first second without refusals and with responses as fast as on an ordinary day. */
function recoveredAfter(samples: Samples, ordinary: number): number {
  const { times, plusMs, windowMs, stepMs } = AS_BEFORE;
  const last = Math.max(...samples.map(({ at }) => at));
  for (let from = 0; from + windowMs <= last; from += stepMs) {
    const second = samples.filter(({ at }) => at >= from && at < from + windowMs);
    const answered = second.every(({ status }) => status === 200 || status === 201);
    if (answered && p99(second.map(({ ms }) => ms)) <= ordinary * times + plusMs) return from;
  }
  return Number.POSITIVE_INFINITY;
}

import type { ProofPlatform } from '../frame/platform.js';
import type { Customer } from '../frame/shop.js';
import { type Generator, httpRequest, type Kind, type KindResult, type Phase } from '../generator/phase.js';
import type { Login } from './crowds.js';
import type { Input, Probe } from './probe.js';

/** Requests per second of all other clients, and of the costliest input. */
const OTHERS = { product: 40, order: 10, login: 4 } as const;
const COSTLY = 50;
export type Other = keyof typeof OTHERS;
export const EVERYBODY = Object.keys(OTHERS) as Other[];

/** Visits per second into which these requests are grouped. */
const VISITS = 2;
const ROUND_SECONDS = 1;
/** A pause, so that remaining costly requests do not affect the next round. */
const CALM_SECONDS = 0.4;

export type Delays = Record<Other, number>;

/** The effect on others in rounds without and with costly requests: the median of the rounds' p99, in ms. */
export interface Effect {
  without: Delays;
  with: Delays;
  /** Requests of others in the rounds with costly requests. */
  asked: number;
  /** Refused ones among them, such as `order 503`; 0 means no answer. */
  refused: string[];
  /** The number refused in as many rounds without. */
  refusedWithout: number;
}

/** Clients who read a cached product, place orders, and log in from a known address. */
export class Others {
  private readonly kinds: Kind[];

  constructor(
    private readonly generator: Generator,
    { services }: ProofPlatform,
    { customer, login, productId }: { customer: Customer; login: Login; productId: number },
  ) {
    const order = { token: customer.token, body: { items: [{ product_id: productId, quantity: 1 }] } };
    const requests: Record<Other, [service: 'users' | 'products' | 'orders', request: string]> = {
      product: ['products', httpRequest('GET', `/products/${productId}`)],
      order: ['orders', httpRequest('POST', '/orders', order)],
      login: ['users', httpRequest('POST', '/auth/login', { body: login })],
    };
    this.kinds = EVERYBODY.map((name) => {
      const [service, request] = requests[name];
      const port = Number(new URL(services[service].url).port);
      return { name, port, requests: [request], times: OTHERS[name] / VISITS };
    });
  }

  /** Each round has one second without the input and one second with fifty of it. */
  async during(probe: Probe, input: Input, rounds: number): Promise<Effect> {
    const costly: Kind = {
      name: 'costly',
      port: probe.target.port,
      requests: probe.requests(input, COSTLY * ROUND_SECONDS).map((bytes) => bytes.toString('latin1')),
      encoding: 'latin1',
      times: COSTLY / VISITS,
    };
    const round: Phase[] = [
      { seconds: ROUND_SECONDS, kinds: this.kinds, perSecond: VISITS },
      { seconds: ROUND_SECONDS, kinds: [...this.kinds, costly], perSecond: VISITS },
      { seconds: CALM_SECONDS, kinds: [] },
    ];
    const results = await this.generator.run(Array.from({ length: rounds }, () => round).flat());
    const [without, during] = [0, 1].map((phase) => results.filter((_, index) => index % round.length === phase));
    return {
      without: delaysOf(without ?? []),
      with: delaysOf(during ?? []),
      asked: (during ?? []).reduce(
        (sum, round) => sum + EVERYBODY.reduce((of, name) => of + (round[name]?.sent ?? 0), 0),
        0,
      ),
      refused: (during ?? []).flatMap(refusedIn),
      refusedWithout: (without ?? []).flatMap(refusedIn).length,
    };
  }
}

function delaysOf(rounds: readonly Record<string, KindResult>[]): Delays {
  const of = (name: Other) => median(rounds.map((round) => p99((round[name]?.samples ?? []).map(({ ms }) => ms))));
  return { product: of('product'), order: of('order'), login: of('login') };
}

function refusedIn(round: Record<string, KindResult>): string[] {
  return EVERYBODY.flatMap((name) =>
    (round[name]?.samples ?? [])
      .filter(({ status }) => status >= 300 || status === 0)
      .map(({ status }) => `${name} ${status}`),
  );
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? Number.NaN;

import type { ProofPlatform } from '../frame/platform.js';
import type { Customer } from '../frame/shop.js';
import { type Generator, httpRequest, type Kind, type KindResult, type Phase } from '../generator/phase.js';
import type { Login } from './crowds.js';
import type { Input, Probe } from './probe.js';

/** What everybody else asks for, so often a second; and how often the dearest input comes. */
const OTHERS = { product: 40, order: 10, login: 4 } as const;
const DEAR = 50;
export type Other = keyof typeof OTHERS;
export const EVERYBODY = Object.keys(OTHERS) as Other[];

/** As so many visits a second. */
const VISITS = 2;
const ROUND_SECONDS = 1;
/** What is left of the dear requests must not meet those who come after. */
const CALM_SECONDS = 0.4;

export type Delays = Record<Other, number>;

/** How others were served, in rounds without and with the dear requests: of each round the p99 in ms, of those the median. */
export interface Effect {
  without: Delays;
  with: Delays;
  /** How many of the others asked in the rounds with dear requests. */
  asked: number;
  /** Those of them who were not served, such as `order 503`; 0 stands for no answer. */
  refused: string[];
  /** How many were not served in as many rounds without. */
  refusedWithout: number;
}

/** People who read a product that is cached, place orders, and log in as they have done before. */
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

  /** In each round they are served for a second without and for one with fifty of an input. */
  async beside(probe: Probe, input: Input, rounds: number): Promise<Effect> {
    const dear: Kind = {
      name: 'dear',
      port: probe.target.port,
      requests: probe.requests(input, DEAR * ROUND_SECONDS).map((bytes) => bytes.toString('latin1')),
      encoding: 'latin1',
      times: DEAR / VISITS,
    };
    const round: Phase[] = [
      { seconds: ROUND_SECONDS, kinds: this.kinds, perSecond: VISITS },
      { seconds: ROUND_SECONDS, kinds: [...this.kinds, dear], perSecond: VISITS },
      { seconds: CALM_SECONDS, kinds: [] },
    ];
    const results = await this.generator.run(Array.from({ length: rounds }, () => round).flat());
    const [without, beside] = [0, 1].map((phase) => results.filter((_, index) => index % round.length === phase));
    return {
      without: delaysOf(without ?? []),
      with: delaysOf(beside ?? []),
      asked: (beside ?? []).reduce(
        (sum, round) => sum + EVERYBODY.reduce((of, name) => of + (round[name]?.sent ?? 0), 0),
        0,
      ),
      refused: (beside ?? []).flatMap(refusedIn),
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

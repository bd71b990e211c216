import fc from 'fast-check';
import type { WireRequest } from '../hostile/wire.js';
import type { World } from '../hostile/world.js';
import { body, nasty, valid } from './arbitraries.js';
import { type Document, type Parameter, resolve, type Route, routesOf } from './document.js';

/** The number of responses by status. */
export type Statuses = Record<number, number>;

const HEADER_TEXT = /^[\x20-\x7e\x80-\xff\t]*$/;

export class Campaign {
  constructor(
    private readonly world: World,
    private readonly document: Document,
    /** Users that routes may change or delete; the campaign does not use their tokens. */
    private readonly victims: readonly number[],
  ) {}

  /** Tries every route; throws with the smallest request per route whose response violates the document. */
  async runAll(size: { runs: number; seed: number }): Promise<Statuses> {
    const [statuses, failures]: [Statuses, string[]] = [{}, []];
    for (const route of routesOf(this.document)) {
      const name = `${route.method} ${route.path}`;
      await this.run(route, size, statuses).catch((error: unknown) => failures.push(`${name}: ${String(error)}`));
    }
    if (failures.length > 0) throw new Error(`${failures.length} routes fail:\n\n${failures.join('\n\n')}`);
    return statuses;
  }

  private async run(route: Route, { runs, seed }: { runs: number; seed: number }, statuses: Statuses): Promise<void> {
    const property = fc.asyncProperty(this.requests(route), async (request) => {
      const { status } = await this.world.send(request);
      statuses[status] = (statuses[status] ?? 0) + 1;
    });
    await fc.assert(property, { numRuns: runs, seed, includeErrorInReport: true });
  }

  private requests({ method, path, operation }: Route): fc.Arbitrary<WireRequest> {
    const { parameters = [], requestBody } = operation;
    const of = (place: Parameter['in']): Parameter[] => parameters.filter((parameter) => parameter.in === place);
    const schema = requestBody?.content['application/json']?.schema;
    return fc
      .record({
        token: this.tokens(),
        ids: fc.tuple(...of('path').map(({ name }) => this.ids(name, method, path))),
        query: this.query(of('query')),
        headers: this.headers(of('header')),
        guest: this.guests(path),
        json: schema ? body(this.document, schema) : fc.constant(undefined),
      })
      .map(({ token, ids, query, headers, guest, json }) => ({
        method,
        path: of('path').reduce((text, { name }, index) => text.replace(`{${name}}`, ids[index] ?? ''), path) + query,
        headers: { ...headers, ...guest },
        ...(token !== undefined && { token }),
        ...(json !== undefined && { json }),
      }));
  }

  private tokens(): fc.Arbitrary<string | undefined> {
    const { admin, staff, ann, bob } = this.world;
    return fc.constantFrom(admin, admin, staff.token, ann.token, bob.token, undefined, 'a.b.c');
  }

  /** On the routes of guests, which then often come without an access token. */
  private guests(path: string): fc.Arbitrary<Record<string, string>> {
    const { guest, otherGuest } = this.world;
    if (!path.startsWith('/carts/')) return fc.constant({});
    return fc.constantFrom({}, ...[guest, guest, otherGuest].map(({ cart_token }) => ({ 'cart-token': cart_token })));
  }

  private ids(name: string, method: string, path: string): fc.Arbitrary<string> {
    const { ann, bob, product, archived, annsOrder, annsPayment, annsParts, guest, otherGuest } = this.world;
    const changesUser = name === 'user_id' && method !== 'GET' && path === '/users/{user_id}';
    const known: Record<string, readonly (number | string)[]> = {
      user_id: changesUser ? this.victims : [ann.id, bob.id],
      product_id: method === 'DELETE' ? [archived, product + 2] : [product, archived],
      order_id: [annsOrder, annsParts.order_id],
      shipment_id: [annsParts.shipment_id],
      return_id: [annsParts.return_id],
      payment_id: [annsPayment],
      cart_id: [guest.cart_id, otherGuest.cart_id],
    };
    const others = changesUser ? fc.integer({ min: 1_000_000, max: 2_147_483_647 }) : fc.integer({ min: 1, max: 99 });
    const odd = nasty().map((value) => encodeURIComponent(String(JSON.stringify(value) ?? value).toWellFormed()));
    return fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...(known[name] ?? [1])).map(String) },
      { weight: 2, arbitrary: others.map(String) },
      { weight: 1, arbitrary: odd.filter((text) => text !== '' && text !== '.' && text !== '..') },
    );
  }

  private query(parameters: Parameter[]): fc.Arbitrary<string> {
    const pair = (parameter: Parameter): fc.Arbitrary<string> =>
      fc
        .oneof({ weight: 12, arbitrary: this.values(parameter) }, { weight: 1, arbitrary: nasty() })
        .map((value) => `${parameter.name}=${encodeURIComponent(text(value))}`);
    const stray = fc.oneof(
      { weight: 12, arbitrary: fc.constant([]) },
      fc.constantFrom(['unknown=1'], ['page[]=1'], ['=&&=']),
    );
    const some = fc
      .subarray(parameters, { maxLength: Math.min(4, parameters.length) })
      .chain((chosen) => fc.tuple(...chosen.map(pair)));
    return fc
      .tuple(some, stray)
      .map(([pairs, extra]) => [...pairs, ...extra].join('&'))
      .map((query) => (query === '' ? '' : `?${query}`));
  }

  private headers(parameters: Parameter[]): fc.Arbitrary<Record<string, string>> {
    const value = fc.oneof(
      fc.constantFrom('"1"', '"2"', '*', 'W/"1"', '""', '"1", "2"', '1', 'x'.repeat(300)),
      nasty()
        .map(text)
        .filter((header) => HEADER_TEXT.test(header) && header.length < 4_000),
    );
    const entries = parameters.map(({ name }) =>
      fc.option(value, { freq: 2 }).map((header) => [name, header] as const),
    );
    return fc
      .tuple(...entries)
      .map((chosen) => Object.fromEntries(chosen.filter((entry): entry is [string, string] => entry[1] !== null)));
  }

  private values({ schema }: Parameter): fc.Arbitrary<unknown> {
    return valid(this.document, resolve(this.document, schema ?? { type: 'string' }));
  }
}

function text(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed();
}

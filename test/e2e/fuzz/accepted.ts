import assert from 'node:assert/strict';
import fc from 'fast-check';
import { unique } from '../support/client.js';
import type { World } from '../hostile/world.js';
import { border } from './borders.js';
import { type Document, type Operation, resolve, type Schema } from './document.js';

export interface Size {
  /** Values tried per field. */
  values: number;
  seed: number;
}

type Body = Record<string, unknown>;

/** Fields whose values must name existing things, or what an order costs. */
const NOT_FREE = [
  ...['items', 'status', 'role', 'user_id', 'current_password', 'shipping_method_id', 'expected_total'],
  'category_ids',
];

/** What a filter means nothing without. */
const BESIDE: Partial<Record<string, string>> = { descendants: 'category_id=1&' };

/** A new connection per request, since the server may close an idle one just as it is used again. */
const ALONE = { connection: 'close' };

/** An accepted object, and its values that must be read back. */
export interface Accepted {
  id: number;
  sent: Body;
  answer: Body;
}

/** Sends boundary values of every field, and records the accepted ones. */
export class Acceptance {
  /** The number of accepted values per field. */
  readonly counts: Record<string, number> = {};
  private fields = 0;

  constructor(
    private readonly world: World,
    private readonly document: Document,
    private readonly size: Size,
  ) {}

  /** Writes a body for each value of each field; the rest is `base`. `id` names the id in the response. */
  async write(route: string, base: () => Body, options: { path?: () => Promise<string>; id: string; token?: string }) {
    const [method = '', template = ''] = route.split(' ');
    const { requestBody } = this.operation(method, template);
    const schema = resolve(this.document, requestBody?.content['application/json']?.schema ?? {});
    const accepted: Accepted[] = [];
    for (const [field, rules] of Object.entries(schema.properties ?? {})) {
      // A sku never changes.
      if (NOT_FREE.includes(field) || (field === 'sku' && method === 'PUT')) continue;
      for (const value of this.values(rules)) {
        const sent = { ...base(), [field]: value };
        const path = (await options.path?.()) ?? template;
        const token = options.token ?? this.world.admin;
        const request = { method, path, token, json: sent, headers: ALONE };
        const { status, body } = await this.world.send(request).catch(about({ path, sent }));
        this.count(`${route} ${field}`, status);
        if (status >= 300) continue;
        accepted.push({ id: Number(body[options.id]), sent, answer: body as Body });
        assertSame(sent, body as Body);
      }
    }
    return accepted;
  }

  /** Requests a list with values of each of its filters, and follows the link to the next page. */
  async filter(path: string, template = path): Promise<void> {
    const { token, get } = this;
    for (const { name, schema, in: place } of this.operation('GET', template).parameters ?? []) {
      if (place !== 'query' || name === 'cursor') continue;
      const { additionalProperties: each } = schema ?? {};
      // A parameter of its own for each property.
      const [sent, rules] = typeof each === 'object' ? [`${name}.size`, each] : [name, schema ?? {}];
      for (const value of this.values(rules)) {
        const query = `${BESIDE[name] ?? ''}${sent}=${encodeURIComponent(String(value).toWellFormed())}&page_size=1`;
        const { status, body } = await get(`${path}?${name === 'page_size' ? query.split('&')[0] : query}`, token);
        this.count(`GET ${template} ?${name}`, status);
        if (status !== 200 || body.next_cursor === null || name === 'page') continue;
        const next = await get(`${path}?${query}&cursor=${body.next_cursor}`, token);
        assert.ok(name === 'page_size' || next.status === 200, `the next page of ${path}?${query}: ${next.text}`);
      }
    }
  }

  /** Reads a list in every sort order, page by page; it must contain each expected element exactly once. */
  async walk(path: string, plural: string, id: string, expected: readonly number[]): Promise<void> {
    const sorts = this.operation('GET', path).parameters?.find(({ name }) => name === 'sort')?.schema?.enum ?? [];
    assert.ok(sorts.length > 0, `${path} sorts by nothing`);
    for (const sort of sorts) {
      const seen: number[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const { status, body, text } = await this.get(
          `${path}?page_size=7&with_total=false&sort=${String(sort)}${cursor === '' ? '' : `&cursor=${cursor}`}`,
          this.token,
        );
        assert.equal(status, 200, `${path} by ${String(sort)}: ${text}`);
        seen.push(...(body[plural] as Body[]).map((item) => Number(item[id])));
        cursor = body.next_cursor as string | null;
      }
      assert.equal(new Set(seen).size, seen.length, `${path} by ${String(sort)} names something twice`);
      const lost = expected.filter((one) => !seen.includes(one));
      assert.deepEqual(lost, [], `${path} by ${String(sort)} loses ${lost.join(', ')}`);
    }
  }

  /** The fields and filters without any accepted value: the test proves nothing about them. */
  unproven(): string[] {
    return Object.keys(this.counts).filter((name) => this.counts[name] === 0);
  }

  private get token(): string {
    return this.world.admin;
  }

  private readonly get = (path: string, token: string) =>
    this.world.send({ method: 'GET', path, token, headers: ALONE }).catch(about({ path, sent: undefined }));

  private operation(method: string, path: string): Operation {
    const operation = this.document.paths[path]?.[method.toLowerCase()];
    if (!operation) throw new Error(`The document has no ${method} ${path}.`);
    return operation;
  }

  private values(schema: Schema): unknown[] {
    const { values: numRuns, seed } = this.size;
    // A different seed for each field, since an address can be registered only once.
    return fc.sample(border(this.document, schema), { numRuns, seed: seed + this.fields++ });
  }

  private count(name: string, status: number): void {
    this.counts[name] = (this.counts[name] ?? 0) + (status < 300 ? 1 : 0);
  }
}

/** A new account, product or order, except for one field. */
export const BASES = {
  user: (): Body => ({ email: `${unique('b')}@example.com`, password: 'a long enough pass phrase', full_name: 'Ann' }),
  product: (): Body => ({ sku: unique('B-'), name: 'Mug', price: '12.34', initial_stock: 5_000 }),
};

/** Fields that are read back in a canonical form. */
const CANONICAL = ['email', 'locale'];

/** An accepted value must be read back, except for outer white space, canonical forms and the spelling of amounts. */
export function assertSame(sent: Body, read: Body): void {
  for (const [field, value] of Object.entries(sent)) {
    if (!(field in read) || CANONICAL.includes(field) || (typeof value === 'object' && value !== null)) continue;
    const same = spellings(value).includes(read[field]);
    assert.ok(same, `${field} was sent as ${JSON.stringify(value)} and is read as ${JSON.stringify(read[field])}`);
  }
}

function spellings(value: unknown): unknown[] {
  if (typeof value === 'number') return [value, value.toFixed(2), value + 0];
  return typeof value === 'string' ? [value, value.trim(), Number(value).toFixed(2)] : [value];
}

/** Adds the sent value to a failure. */
const about =
  (request: { path: string; sent: unknown }) =>
  (error: unknown): never => {
    throw new Error(`${JSON.stringify(request)}: ${String(error)}`);
  };

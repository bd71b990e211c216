import type { Call } from './call.js';
import type { Form } from './form.js';
import type { Kinds } from './objects.js';
import { group, integer, type Reader, type Readers, text } from './params.js';
import type { Condition, Store } from './store.js';
import { missing, refused } from './stripe-error.js';

const PLURALS: Record<keyof Kinds, string> = {
  payment_intent: 'payment_intents',
  charge: 'charges',
  refund: 'refunds',
  dispute: 'disputes',
  customer: 'customers',
  payment_method: 'payment_methods',
  event: 'events',
};
const second = integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const BOUNDS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
const within = group({ gt: second, gte: second, lt: second, lte: second });

/** A moment in Unix seconds, or bounds of it. */
const created: Reader<Condition[]> = (value, name) => {
  if (value === undefined) return [];
  if (typeof value === 'string') return [{ sql: 'created = ?', value: second(value, name) ?? 0 }];
  const bounds = Object.entries(within(value, name) ?? {});
  return bounds.flatMap(([bound, at]) =>
    at === undefined ? [] : [{ sql: `created ${BOUNDS[bound as keyof typeof BOUNDS]} ?`, value: at }],
  );
};

/** The parameters of every list. */
const PAGE = { created, ending_before: text, limit: integer({ min: 1, max: 100 }), starting_after: text };

type Page = { [K in keyof typeof PAGE]: ReturnType<(typeof PAGE)[K]> };

/** Fields that a list of this wire can be filtered by. */
type Filter = 'payment_intent' | 'charge' | 'customer' | 'email';

/** A page of a kind's objects, newest first. */
export function listOf<K extends keyof Kinds>(call: Call, kind: K, page: Page, conditions: Condition[] = []): object {
  const { created: moments, ending_before, limit = 10, starting_after } = page;
  if (ending_before !== undefined && starting_after !== undefined)
    throw refused('You can use only one of ending_before and starting_after.');
  const all = [...conditions, ...moments];
  if (starting_after !== undefined) all.push(beyond(call, kind, '<', starting_after, 'starting_after'));
  if (ending_before !== undefined) all.push(beyond(call, kind, '>', ending_before, 'ending_before'));
  // The page before an object is the one next to it.
  const backwards = ending_before !== undefined;
  const found = call.desk.store.list(kind, all, backwards ? 'ASC' : 'DESC', limit + 1);
  const data = found.slice(0, limit);
  if (backwards) data.reverse();
  return { object: 'list', data, has_more: found.length > limit, url: `/v1/${PLURALS[kind]}` };
}
listOf.readers = PAGE;

/** A list that can be filtered by fields of its objects. */
export function listBy<K extends keyof Kinds>(kind: K, ...filters: Filter[]): (call: Call) => object {
  const readers = Object.fromEntries(filters.map((name) => [name, text]));
  return (call) => {
    const page = call.read({ ...PAGE, ...readers });
    const wanted = page as unknown as Partial<Record<Filter, string>>;
    const conditions = filters.flatMap((name) =>
      wanted[name] === undefined ? [] : [{ sql: `${name} = ?`, value: wanted[name] }],
    );
    return listOf(call, kind, page, conditions);
  };
}

/** One object by the id in the path. */
export function oneOf<K extends keyof Kinds>(kind: K, param = 'id', readers: Readers = {}): (call: Call) => Kinds[K] {
  return (call) => {
    call.read(readers);
    return call.subject(kind, param);
  };
}

function beyond(call: Call, kind: keyof Kinds, side: '<' | '>', id: string, param: string): Condition {
  if (!call.desk.store.find(kind, id)) throw missing(kind, id, param);
  return { sql: `(created, position) ${side} (SELECT created, position FROM objects WHERE id = ?)`, value: id };
}

/** As many as Stripe puts into a charge. */
const REFUNDS = 10;

const EXPANDABLE = ['charge', 'customer', 'latest_charge', 'payment_intent', 'payment_method'];

/** Puts the objects in the place of their ids, as the parameter `expand` asks. */
export function expand(answer: object, paths: Form[string] | undefined, store: Store): object {
  const asked = typeof paths === 'object' ? Object.values(paths) : [];
  for (const path of asked) if (typeof path === 'string') expandPath(answer, path.split('.'), path, store);
  return answer;
}

function expandPath(object: object, [name = '', ...rest]: string[], path: string, store: Store): void {
  const fields = object as Record<string, unknown>;
  if (name === 'data' && Array.isArray(fields['data'])) {
    for (const each of fields['data'] as object[]) expandPath(each, rest, path, store);
    return;
  }
  if (name === 'refunds' && fields['object'] === 'charge') {
    fields['refunds'] = refundsOf(String(fields['id']), store);
    return;
  }
  if (!EXPANDABLE.includes(name) || !(name in fields)) throw refused(`This property cannot be expanded (${path}).`);
  if (typeof fields[name] === 'string') fields[name] = store.any(fields[name]) ?? fields[name];
  const inner = fields[name];
  if (rest.length > 0 && typeof inner === 'object' && inner !== null) expandPath(inner, rest, path, store);
}

function refundsOf(charge: string, store: Store): object {
  const found = store.list('refund', [{ sql: 'charge = ?', value: charge }], 'DESC', REFUNDS + 1);
  const [data, has_more] = [found.slice(0, REFUNDS), found.length > REFUNDS];
  return { object: 'list', data, has_more, url: `/v1/charges/${charge}/refunds` };
}

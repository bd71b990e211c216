import { type Parts, takenTo } from './parts.js';
import type { HostileRow } from './row.js';
import type { World } from './world.js';

const QUANTITIES = ['0', '-1', '1.5', '1e309', '"1"', '1001', 'null', '[1]', '9007199254740993'];
const LINES = ['0', '-1', '"1"', '1.5', '2147483648', 'null', '[]', '"1 OR 1=1"', '2147483647'];
const LISTS = ['null', '[]', '"all"', '[null]', '{"0":{}}', '[[]]'];

type Step = Parameters<typeof takenTo>[1];

interface Route {
  group: string;
  step: Step;
  path: (parts: Parts) => string;
}

const SHIP: Route = { group: 'shipments', step: 'paid', path: ({ order_id }) => `/orders/${order_id}/shipments` };
const CANCEL: Route = {
  group: 'cancellations',
  step: 'paid',
  path: ({ order_id }) => `/orders/${order_id}/cancellations`,
};
const RETURN: Route = { group: 'returns', step: 'shipped', path: ({ order_id }) => `/orders/${order_id}/returns` };
const RECEIVE: Route = { group: 'returns', step: 'approved', path: ({ return_id }) => `/returns/${return_id}/receive` };
const SETTLE: Route = { group: 'returns', step: 'received', path: ({ return_id }) => `/returns/${return_id}/settle` };
const REJECT: Route = { group: 'returns', step: 'requested', path: ({ return_id }) => `/returns/${return_id}/reject` };

/** The orders of the rows, which refuse and so leave them as they are. */
const known = new WeakMap<World, Map<Step, Promise<Parts>>>();

function partsOf(world: World, step: Step): Promise<Parts> {
  const ofWorld = known.get(world) ?? new Map<Step, Promise<Parts>>();
  known.set(world, ofWorld);
  const parts = ofWorld.get(step) ?? takenTo(world, step, world.ann.token);
  ofWorld.set(step, parts);
  return parts;
}

/** A request of staff with a body as text, since JSON.stringify cannot write 1e309. */
function row({ group, step, path }: Route, name: string, body: (parts: Parts) => string, status = 422): HostileRow {
  return {
    group,
    name: `${path({ order_id: 1, order_item_id: 1, shipment_id: 1, return_id: 1 })}: ${name}`,
    status,
    request: async (world) => {
      const parts = await partsOf(world, step);
      const headers = { 'content-type': 'application/json' };
      return { method: 'POST', path: path(parts), body: body(parts), headers, token: world.staff.token };
    },
  };
}

const pieces = ({ order_item_id }: Parts, more = '"quantity":1'): string => `"order_item_id":${order_item_id},${more}`;

/** What every list of pieces refuses; `more` are the further members of a piece. */
const items = (route: Route, more = ''): HostileRow[] => [
  ...QUANTITIES.map((text) =>
    row(route, `quantity ${text}`, (parts) => `{"items":[{${pieces(parts, `"quantity":${text}`)}${more}}]}`),
  ),
  ...LINES.map((text) =>
    row(route, `order_item_id ${text}`, () => `{"items":[{"order_item_id":${text},"quantity":1${more}}]}`),
  ),
  ...LISTS.map((text) => row(route, `items ${text}`, () => `{"items":${text}}`)),
  row(route, 'a price of its own', (parts) => `{"items":[{${pieces(parts)}${more},"price":"0.01"}]}`),
  row(route, '1000 pieces', (parts) => `{"items":[{${pieces(parts, '"quantity":1000')}${more}}]}`, 409),
  row(
    route,
    'more in two entries than there are',
    (parts) => `{"items":[{${pieces(parts, '"quantity":2')}${more}},{${pieces(parts)}${more}}]}`,
    409,
  ),
];

const PARCELS = [
  'null',
  '"DHL"',
  '[{}]',
  '[{"carrier":""}]',
  '[{"carrier":"DHL","tracking_url":"javascript:alert(1)"}]',
  '[{"carrier":"DHL","tracking_url":"data:text/html,x"}]',
  `[{"carrier":"${'x'.repeat(101)}"}]`,
  '[{"carrier":"DHL\\u0000"}]',
  JSON.stringify(Array(21).fill({ carrier: 'DHL' })),
];
const AMOUNTS = ['"1e3"', '"0.001"', '"NaN"', '"-1"', '"1,00"', '" 1.00"', '""', '[]', 'true'];

export const PART_ROWS: HostileRow[] = [
  ...items(SHIP),
  ...PARCELS.map((text) => row(SHIP, `parcels ${text.slice(0, 60)}`, () => `{"parcels":${text}}`)),
  ...['"delivered"', '"lost"', '"cancelled"', 'null', '1', '"__proto__"'].map((text) =>
    row(SHIP, `status ${text}`, () => `{"status":${text}}`),
  ),
  row(SHIP, 'a ref of its own', () => '{"shipment_ref":"0d5f6c1e-6a3b-4f57-9a0e-3f2b8c1d4e5f"}'),
  ...items(CANCEL),
  ...['""', '7', `"${'x'.repeat(501)}"`, '"\\u0000"'].map((text) =>
    row(CANCEL, `reason ${text.slice(0, 20)}`, () => `{"reason":${text}}`),
  ),
  row(CANCEL, 'an amount of its own', () => '{"amount":"1000.00"}'),
  ...items(RETURN),
  row(RETURN, 'no items', () => '{}'),
  row(RETURN, 'a reason of 101 characters', (parts) => `{"items":[{${pieces(parts)},"reason":"${'x'.repeat(101)}"}]}`),
  row(RETURN, 'a refund of its own', (parts) => `{"items":[{${pieces(parts)}}],"refund_amount":"1.00"}`),
  ...items(RECEIVE, ',"condition":"resellable"'),
  ...['"new"', '""', 'null', '1'].map((text) =>
    row(RECEIVE, `condition ${text}`, (parts) => `{"items":[{${pieces(parts)},"condition":${text}}]}`),
  ),
  row(
    RECEIVE,
    'what is missing on sale',
    (parts) => `{"items":[{${pieces(parts)},"condition":"missing","restock":true}]}`,
  ),
  ...AMOUNTS.flatMap((text) => [
    row(SETTLE, `refund_amount ${text}`, () => `{"refund_amount":${text}}`),
    row(SETTLE, `fee ${text}`, () => `{"fee":${text}}`),
  ]),
  ...['refund_amount', 'fee'].map((name) =>
    row(SETTLE, `a ${name} above what arrived`, () => `{"${name}":"99999.00"}`, 409),
  ),
  ...['{}', '{"reason":""}', '{"reason":7}', `{"reason":"${'x'.repeat(501)}"}`].map((text) =>
    row(REJECT, text.slice(0, 30), () => text),
  ),
];

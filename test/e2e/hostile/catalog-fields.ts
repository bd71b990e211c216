import { unique } from '../support/client.js';
import { PRODUCT_GROUP } from './authz-matrix.js';
import type { HostileRow } from './row.js';
import type { World } from './world.js';

/** A request of staff with a body as text: JSON.stringify can write neither 1e309 nor a name twice. */
function row(path: string, wrong: object | string, body: string | ((world: World) => string)): HostileRow {
  const name = typeof wrong === 'string' ? wrong : JSON.stringify(wrong);
  return {
    group: path,
    name: name.slice(0, 80),
    status: 422,
    request: (world) => ({
      ...{ method: 'POST', path, token: world.staff.token, headers: { 'content-type': 'application/json' } },
      body: typeof body === 'string' ? body : body(world),
    }),
  };
}

const option = (name: unknown, ...values: unknown[]) => ({ options: [{ name, values }] });

const GROUP_FIELDS: object[] = [
  ...['', ' ', '\u200b', 'a'.repeat(256), 'a\0', '\ud800', 7, null].map((name) => ({ name })),
  ...[7, 'a'.repeat(5_001), {}].map((description) => ({ description })),
  ...[[], {}, null, 'size', [null], [{}], [{ name: 'size' }], ['size']].map((options) => ({ options })),
  { options: ['a', 'b', 'c', 'd'].map((name) => ({ name, values: ['1'] })) },
  ...['', '__proto__', '.size', 'a,b', 'a'.repeat(31), '\n', 7, null].map((name) => option(name, 'M')),
  ...['', ' ', '\u200b', 'a'.repeat(61), 'a\0', 7, null, ['M'], { $gt: '' }].map((value) => option('size', value)),
  { options: [{ name: 'size', values: Array.from({ length: 101 }, (_, n) => String(n)) }] },
  ...[['M', 'M'], ['M', 'm'], ['M', 'Ｍ'], []].map((values) => option('size', ...values)),
  { options: ['size', 'Size'].map((name) => ({ name, values: ['M'] })) },
  { options: [{ name: 'size', values: ['M'], price: '0.01' }] },
];

const groups = GROUP_FIELDS.map((wrong) =>
  row('/product-groups', wrong, JSON.stringify({ ...PRODUCT_GROUP, ...wrong })),
);

const VALUES = ['null', '{}', '[]', '"M"', '{"size":null}', '{"size":["M"]}', '{"size":""}', '{"size":"XXL"}'];
const VALUES_OF_OTHERS = ['{"colour":"M"}', '{"size":"M","colour":"red"}', '{"fit":"M"}', '{"size":{"$gt":""}}'];

/** To the demo group. */
const variants = [...VALUES, ...VALUES_OF_OTHERS].map((values) =>
  row('/product-groups/1/variants', values, () => {
    return `{"sku":"${unique('SKU-')}","price":"9.00","option_values":${values}}`;
  }),
);

const OPTIONS = ['option=M', 'option.=M', 'option.__proto__=M', 'option.size=', `option.size=${'a'.repeat(61)}`];
const MORE_OPTIONS = ['option.size=M&option.size=L', 'option[size]=M', 'option.a=1&option.b=1&option.c=1&option.d=1'];

const queries = [...OPTIONS, ...MORE_OPTIONS, 'collapse=all', 'collapse=', 'collapse=group&collapse=group'].map(
  (query): HostileRow => ({
    group: 'query',
    name: `/products?${query.slice(0, 60)}`,
    status: 422,
    request: () => ({ method: 'GET', path: `/products?${query}` }),
  }),
);

export const CATALOG_ROWS: HostileRow[] = [...groups, ...variants, ...queries];

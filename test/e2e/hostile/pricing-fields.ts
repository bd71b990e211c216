import assert from 'node:assert/strict';
import { unique } from '../support/client.js';
import { SHIPPING_METHOD, TAX_RATE } from './authz-matrix.js';
import type { HostileRow } from './row.js';
import type { World } from './world.js';

/** A request of anybody, or of staff, with a body as text, since JSON.stringify cannot write 1e309. */
function row(group: string, path: string, name: string, body: (world: World) => string, status = 422): HostileRow {
  return {
    group,
    name,
    status,
    request: (world) => ({
      ...{ method: 'POST', path, body: body(world), headers: { 'content-type': 'application/json' } },
      ...(path !== '/quotes' && { token: world.staff.token }),
    }),
  };
}

const QUANTITIES = ['0', '-1', '1.5', '1e309', '"1"', '1001', 'null', '[1]', '9007199254740993'];
const PRODUCT_IDS = ['0', '-1', '"1"', '2147483648', '2147483647', 'null', '"1 OR 1=1"'];
const METHOD_IDS = ['0', '-1', '1.5', '"1"', '2147483648', '[]', '{"$gt":0}'];
const PLACES = ['"London"', '[]', '{"country":"US"}', '{"name":"Ann","line1":"x","city":"y","country":"XX"}'];

const quote = (name: string, body: (world: World) => string, status?: number) =>
  row('quotes', '/quotes', name, body, status);
const items = (product: number | string, quantity: number | string = 1) =>
  `"items":[{"product_id":${product},"quantity":${quantity}}]`;

const quotes: HostileRow[] = [
  ...QUANTITIES.map((text) => quote(`quantity ${text}`, ({ product }) => `{${items(product, text)}}`)),
  ...PRODUCT_IDS.map((text) => quote(`product_id ${text}`, () => `{${items(text)}}`)),
  ...METHOD_IDS.map((text) =>
    quote(`shipping_method_id ${text}`, ({ product }) => `{${items(product)},"shipping_method_id":${text}}`),
  ),
  ...PLACES.map((text) => quote(`address ${text}`, ({ product }) => `{${items(product)},"shipping_address":${text}}`)),
  ...['null', '[]', '"all"', '[null]', '{"0":{}}'].map((text) => quote(`items ${text}`, () => `{"items":${text}}`)),
  quote('101 lines', ({ product }) => JSON.stringify({ items: Array(101).fill({ product_id: product, quantity: 1 }) })),
  quote('an archived product', ({ archived }) => `{${items(archived)}}`),
  quote('a method that there is not', ({ product }) => `{${items(product)},"shipping_method_id":2147483647}`, 409),
  quote('a price of its own', ({ product }) => `{"items":[{"product_id":${product},"quantity":1,"price":"0.01"}]}`),
];

/** Of 1, with up to six decimals. */
const RATES = ['-0.1', '1.000001', '0.1234567', '1e-1', 'NaN', '20%', '0,2', ' 0.2', '٠.٢', '', '.2', '0x1', '00.2'];
const JSON_RATES = [-1, 1.5, 1e-7, 1e308, true, null, [], { rate: 1 }];
const RATE_FIELDS: object[] = [
  ...RATES.map((rate) => ({ rate })),
  ...JSON_RATES.map((rate) => ({ rate })),
  ...['', ' ', 'a'.repeat(101), 'VAT\0', '\ud800', 7].map((name) => ({ name })),
  ...['us', 'USA', 'XX', '', '__', null].map((country) => ({ country })),
  ...['%', '_', "' OR 1=1", '-', '9'.repeat(21), '\n', '٩'].map((postal_prefix) => ({ postal_prefix })),
  ...['2026-02-30T00:00:00Z', '2026-01-01', 'now', 0, '+010000-01-01T00:00:00Z'].map((valid_from) => ({ valid_from })),
  { valid_from: '2026-01-02T00:00:00Z', valid_to: '2026-01-01T00:00:00Z' },
  ...['true', 1, null].map((includes_shipping) => ({ includes_shipping })),
  { tax_category: '' },
  { region: '\u200b' },
];

const AMOUNTS = ['1e3', '0.001', 'NaN', '-1', '999999999', '1,00', ' 1.00', '', '1.', '.5'];
const STARTS = ['-1', '1e3', '0.001', '99999999999999999999', '01', ' 0', ''];
const METHOD_FIELDS: object[] = [
  ...AMOUNTS.map((price) => ({ steps: [{ from: '0', price }] })),
  ...STARTS.map((from) => ({ steps: [{ from, price: '1' }] })),
  ...['0.5', '1e3', '999999999999999'].map((from) => ({ by: 'weight', steps: [{ from, price: '1' }] })),
  ...[[], {}, null, [null], ['0'], [{}], [{ from: 0, price: '1' }]].map((steps) => ({ steps })),
  { steps: ['0', '0.0'].map((from) => ({ from, price: '1' })) },
  { steps: Array.from({ length: 51 }, (_, from) => ({ from: String(from), price: '1' })) },
  ...['', 'a b', '../x', "'", 'ä', 'a'.repeat(101), 7].map((code) => ({ code })),
  ...[['us'], ['US', 'XX'], 'US', { 0: 'US' }, Array(300).fill('US')].map((countries) => ({ countries })),
  ...['volume', '__proto__', null].map((by) => ({ by })),
  ...['-1', 'never', '1e3', true].map((free_from) => ({ free_from })),
  ...[-1, 1.5, 1e308, '1'].map((position) => ({ position })),
  { active: 'yes' },
];

const rates = RATE_FIELDS.map((wrong) =>
  row('tax rates', '/tax-rates', JSON.stringify(wrong).slice(0, 80), () => JSON.stringify({ ...TAX_RATE, ...wrong })),
);
const methods = METHOD_FIELDS.map((wrong) =>
  row('shipping methods', '/shipping-methods', JSON.stringify(wrong).slice(0, 80), () =>
    JSON.stringify({ ...SHIPPING_METHOD, code: unique('hostile-'), ...wrong }),
  ),
);

const MARKUP = '<script>alert(1)</script>{{7*7}}=1+1';

const kept: HostileRow = {
  group: 'tax rates',
  name: 'markup in a name is text',
  status: 201,
  request: ({ staff }) => ({
    ...{ method: 'POST', path: '/tax-rates', token: staff.token },
    json: { ...TAX_RATE, country: 'AQ', name: MARKUP },
  }),
  check: ({ body }) => assert.equal(body.name, MARKUP),
};

export const PRICING_ROWS: HostileRow[] = [...quotes, ...rates, ...methods, kept];

import assert from 'node:assert/strict';
import { eventually, type Email, unique } from '../support/client.js';
import { productFields, registration } from './bodies.js';
import type { HostileRow } from './row.js';
import type { World } from './world.js';

const group = 'order fields';

function order(name: string, status: number | number[], fields: (world: World) => string | object): HostileRow {
  return {
    group,
    name,
    status,
    request: (world) => {
      const body = fields(world);
      return {
        method: 'POST',
        path: '/orders',
        token: world.ann.token,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      };
    },
  };
}

/** Written as text, since JSON.stringify cannot write 1e309. */
const QUANTITIES = [
  '0',
  '-1',
  '1.5',
  '1e309',
  '-1e309',
  '"1"',
  '1001',
  'true',
  'null',
  '[1]',
  '{}',
  '9007199254740993',
];
const PRODUCT_IDS = ['0', '-1', '1.5', '"1"', '2147483648', '9223372036854775808', 'null', '[1]', '"1 OR 1=1"'];
const LISTS = [
  '{"0":{"product_id":1,"quantity":1},"length":1}',
  '[]',
  '"all"',
  '[null]',
  '[[]]',
  '[1]',
  'null',
  'true',
];
const SHIPPING_METHOD_IDS = ['0', '-1', '1.5', '"1"', '2147483648', '[1]', '{}', 'true', '"1 OR 1=1"'];
/** Invalid amounts, or formats that the contract does not allow. */
const NO_AMOUNTS = [
  ...['1e3', '0.001', 'NaN', '-1', '1,00', ' 1.00', '0x10', '٣', '', '1.', '.5', '+1', '00.10'],
  ...[-1, 0.001, 1e21, true, null, [], { amount: 1 }],
];
/** Amounts, and no prices. */
const NO_PRICES = ['999999999', 0, 100_000_000];

const addressOf = (name: string) => ({ name, line1: '1 Main Street', city: 'Springfield', country: 'US' });

const fields: HostileRow[] = [
  ...QUANTITIES.map((text) =>
    order(`quantity ${text}`, 422, ({ product }) => `{"items":[{"product_id":${product},"quantity":${text}}]}`),
  ),
  ...PRODUCT_IDS.map((text) =>
    order(`product_id ${text}`, 422, () => `{"items":[{"product_id":${text},"quantity":1}]}`),
  ),
  ...LISTS.map((text) => order(`items ${text}`, 422, () => `{"items":${text}}`)),
  order('101 lines', 422, ({ product }) => ({ items: Array(101).fill({ product_id: product, quantity: 1 }) })),
  order('lines of one product, over 1000 together', 422, ({ product }) => ({
    items: [600, 401].map((quantity) => ({ product_id: product, quantity })),
  })),
  order('an unknown product', 422, () => ({ items: [{ product_id: 2_147_483_647, quantity: 1 }] })),
  order('an archived product', 422, ({ archived }) => ({ items: [{ product_id: archived, quantity: 1 }] })),
  order('a known and an unknown product', 422, ({ product }) => ({
    items: [product, 2_147_483_647].map((product_id) => ({ product_id, quantity: 1 })),
  })),
  ...Object.entries({
    'that is text': 'Main Street 1, Springfield',
    'that is a list': [addressOf('Ann')],
    'with NUL': addressOf('Ann\0'),
    'without a name': { ...addressOf('Ann'), name: undefined },
    'with an invisible name': addressOf('\u200b'),
    'with a name of 101 characters': addressOf('x'.repeat(101)),
    'with a country by name': { ...addressOf('Ann'), country: 'France' },
    'with a country that there is not': { ...addressOf('Ann'), country: 'XX' },
    'with a phone number that cannot be called': { ...addressOf('Ann'), phone: '+0' },
    'with another field': { ...addressOf('Ann'), user_id: 1 },
  }).flatMap(([name, address]) =>
    ['shipping_address', 'billing_address'].map((field) =>
      order(`a ${field} ${name}`, 422, ({ product }) => ({
        items: [{ product_id: product, quantity: 1 }],
        [field]: address,
      })),
    ),
  ),
  ...SHIPPING_METHOD_IDS.map((text) =>
    order(
      `shipping_method_id ${text}`,
      422,
      ({ product }) => `{"items":[{"product_id":${product},"quantity":1}],"shipping_method_id":${text}}`,
    ),
  ),
  ...NO_AMOUNTS.map((expected_total) =>
    order(`expected_total ${JSON.stringify(expected_total)}`, 422, ({ product }) => ({
      items: [{ product_id: product, quantity: 1 }],
      expected_total,
    })),
  ),
  order('a note of 1001 characters', 422, ({ product }) => ({
    items: [{ product_id: product, quantity: 1 }],
    note: 'x'.repeat(1001),
  })),
];

/** Refusals that come when the stock is held already: it is free again. */
const held: HostileRow[] = (
  [
    ['a shipping method that there is not', { shipping_method_id: 2_147_483_647 }, 'shipping-method-unavailable'],
    [
      'an expected total of 0.01, which is an expectation and never a total',
      { expected_total: '0.01' },
      'total-changed',
    ],
    ['an expected total of 16 digits', { expected_total: '20000000199999.98' }, 'total-changed'],
  ] as const
).map(([name, extra, code]) => ({
  group,
  name,
  story: async ({ send, ann, admin, product }) => {
    const reserved = async () =>
      (await send({ method: 'GET', path: `/products/${product}/inventory`, token: admin })).body.reserved_quantity;
    const before = await reserved();
    const json = { items: [{ product_id: product, quantity: 1 }], ...extra };
    const answer = await send({ method: 'POST', path: '/orders', token: ann.token, json });
    assert.deepEqual([answer.status, answer.body.code], [409, code]);
    await eventually(reserved, (now) => now === before);
  },
}));

const money: HostileRow[] = [...NO_AMOUNTS, ...NO_PRICES].map((price) => ({
  group,
  name: `money ${JSON.stringify(price)}`,
  status: 422,
  request: ({ admin }) => ({ method: 'POST', path: '/products', token: admin, json: productFields({ price }) }),
}));

/** Texts that are stored unchanged: the code that displays them must escape them. */
const TEXTS: [string, string][] = [
  ['HTML', '<script>alert(1)</script><img src=x onerror=alert(2)>"\'&'],
  ['CRLF', 'Main Street 1\r\nBcc: victim@example.com\r\n\r\nInjected'],
  ['a template', '{{constructor.constructor "return process"}}{{{full_name}}}${7*7}<%= 7*7 %>'],
  ['emoji and right-to-left', '👩‍👩‍👧‍👦 שדרות רוטשילד ‮1 العربية'],
  ['SQL', "'; DROP TABLE orders; -- \\"],
];

const texts: HostileRow[] = TEXTS.map(([name, text]) => ({
  group,
  name: `an address with ${name} is kept`,
  story: async (world) => {
    const { ann, product } = world;
    const items = [{ product_id: product, quantity: 1 }];
    const placed = await world.send({
      method: 'POST',
      path: '/orders',
      token: ann.token,
      json: { items, shipping_address: addressOf(text), note: text },
    });
    assert.equal(placed.status, 201, placed.text);
    const read = await world.send({ method: 'GET', path: `/orders/${placed.body.order_id}`, token: ann.token });
    assert.deepEqual([read.body.shipping_address, read.body.note], [addressOf(text), text]);
  },
}));

const mails: HostileRow[] = TEXTS.map(([name, text]) => ({
  group,
  name: `a name and a product with ${name} are harmless in the e-mail`,
  story: async (world) => {
    const account = registration({ full_name: text.slice(0, 100) });
    const registered = await world.send({ method: 'POST', path: '/users', json: account });
    assert.deepEqual([registered.status, registered.body.full_name], [201, text.slice(0, 100).trim()]);
    const token = await world.client.logIn({ email: String(account['email']), password: String(account['password']) });
    const product = await world.client.product({ name: `${text} ${unique('p')}` });
    assert.equal((await world.client.order(token, [[product, 1]])).status, 201);
    const arrived = await eventually(
      () => world.client.mailTo(String(account['email'])),
      (list) => list.length >= 2,
    );
    for (const mail of arrived) assertHarmless(mail);
  },
}));

function assertHarmless({ to, subject, html }: Email): void {
  assert.doesNotMatch(subject, /[\r\n]/);
  assert.equal([to].flat().length, 1, 'an e-mail gained a recipient');
  assert.doesNotMatch(html, /<script|<img src=x|onerror=alert\(2\)>/);
  assert.doesNotMatch(html, /function|\[object|&lt;%= 49|\$49/);
}

export const ORDER_ROWS: HostileRow[] = [...fields, ...held, ...money, ...texts, ...mails];

import assert from 'node:assert/strict';
import { IMAGE } from './authz-matrix.js';
import type { HostileRow } from './row.js';
import type { World } from './world.js';

const TYPES = [
  '"image/svg+xml"',
  '"image/gif"',
  '"text/html"',
  '"IMAGE/PNG"',
  '"image/png; x=1"',
  'null',
  '["image/png"]',
];
const SIZES = ['0', '-1', '1.5', '"9"', '1e309', '10000001', '9007199254740993', 'null'];
const ALTS = ['null', '1', '[]', '"\\u0000"', JSON.stringify('x'.repeat(501))];
const ORDERS = [
  'null',
  '[]',
  '{}',
  '[1]',
  '["1"]',
  '[0]',
  '[2147483648]',
  '[1,1]',
  '[[1]]',
  JSON.stringify(Array(21).fill(1)),
];

/** A request of staff, with a body as text, since JSON.stringify cannot write 1e309. */
function row(name: string, method: 'POST' | 'PUT', path: (world: World) => string, body: string): HostileRow {
  return {
    group: 'images',
    name,
    status: 422,
    request: (world) => ({
      ...{ method, path: path(world), body, headers: { 'content-type': 'application/json' } },
      token: world.staff.token,
    }),
  };
}

const images = ({ product }: World) => `/products/${product}/images`;
const declared = (field: string, text: string) =>
  row(
    `${field} ${text.slice(0, 40)}`,
    'POST',
    images,
    JSON.stringify({ ...IMAGE, [field]: 0 }).replace(`"${field}":0`, `"${field}":${text}`),
  );

/** An upload is declared by staff, and is nothing until its bytes are there. */
export const IMAGE_ROWS: HostileRow[] = [
  ...TYPES.map((text) => declared('content_type', text)),
  ...SIZES.map((text) => declared('bytes', text)),
  ...ALTS.map((text) => declared('alt', text)),
  ...ORDERS.filter((text) => text !== '[]').map((text) =>
    row(`the order ${text.slice(0, 40)}`, 'PUT', (world) => `${images(world)}/order`, `{"image_ids":${text}}`),
  ),
  ...['0', '-1', '1.5', 'abc', '9223372036854775808', '%00', '..%2f1'].map((id) => ({
    group: 'images',
    name: `the image ${id}`,
    status: [404, 422],
    request: ({ staff }: World) => ({ method: 'GET', path: `/images/${id}`, token: staff.token }),
  })),
  {
    group: 'images',
    name: 'completed without bytes, by staff',
    story: async ({ client, staff }) => {
      const { product_id } = await client.product();
      const { token } = staff;
      const made = await client.call('POST', `/products/${product_id}/images`, { token, body: IMAGE });
      const path = `/images/${made.body.image_id}`;
      const completed = await client.call('POST', `${path}/complete`, { token });
      assert.deepEqual([completed.status, completed.body.code], [409, 'upload-missing']);
      const product = await client.call('GET', `/products/${product_id}`);
      assert.deepEqual(product.body.images, []);
      await client.call('DELETE', path, { token });
    },
  },
];

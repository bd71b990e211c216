import { randomUUID } from 'node:crypto';
import { exactly, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { load } from '../frame/load.js';
import type { Proof } from '../frame/proof.js';
import { expectStatus, Shop } from '../frame/shop.js';
import type { Stage } from '../frame/stage.js';

const SIZES = 10;
const AT_ONCE = 20;

/** Variants of the same options are asked for at once, of two processes. */
export const variantsOnce: Proof = {
  name: 'V1',
  failure: 'a group has two variants of the same options',
  mutants: ['variants-looked-up'],
  async run(stage: Stage) {
    const requests = stage.amount(1_000, 200);
    const platform = await stage.platform({ services: ['users', 'products'] });
    const bases = [platform.services.products.url, (await platform.another('products')).url];
    const shop = await Shop.open(platform);
    const sizes = Array.from({ length: SIZES }, (_, n) => `size ${n}`);
    const send = (path: string, body: object, base = bases[0]) =>
      ask(`${base}${path}`, { method: 'POST', token: shop.admin, body });
    const group = { name: 'T-shirt', options: [{ name: 'size', values: sizes }] };
    const { group_id } = expectStatus(201, await send('/product-groups', group)).body as { group_id: number };
    const answers: { status: number; code: unknown }[] = [];
    let begun = 0;
    await load(
      AT_ONCE,
      () => begun >= requests,
      async () => {
        const turn = begun++;
        // All who ask for one size ask at the same time.
        const size = sizes[Math.floor((turn * SIZES) / requests)];
        const body = { sku: `SKU-${randomUUID()}`, price: '19', option_values: { size }, initial_stock: 1 };
        const { status, body: answer } = await send(`/product-groups/${group_id}/variants`, body, bases[turn % 2]);
        answers.push({ status, code: answer['code'] });
        stage.progress(`${answers.length} of ${requests} requests`);
      },
    );
    const made = answers.filter(({ status }) => status === 201).length;
    const refused = answers.filter(({ status, code }) => status === 409 && code === 'variant-exists').length;
    const count = (sql: string) => platform.databases.number('products', sql, [group_id]);
    const twice = 'SELECT option_values FROM products WHERE group_id = ? GROUP BY option_values HAVING COUNT(*) > 1';
    return [
      exactly('requests', answers.length, requests),
      exactly('201', made, SIZES),
      exactly('409', refused, requests - SIZES),
      exactly('products', await count('SELECT COUNT(*) FROM products WHERE group_id = ?'), SIZES),
      none('options with two variants', await count(`SELECT COUNT(*) FROM (${twice}) twice`)),
      none('inventories of no product', await count(ORPHANS)),
    ];
  },
};

const ORPHANS =
  'SELECT COUNT(*) FROM inventory i LEFT JOIN products p ON p.product_id = i.product_id WHERE p.product_id IS NULL AND ? > 0';

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Overrides } from '../../apps/local/src/environment.js';
import { runOps } from '../support/ops.js';
import { eventually, unique } from './support/client.js';
import { startedPlatform } from './support/platforms.js';

const inEveryService = (CURRENCY: string): Overrides =>
  Object.fromEntries(['users', 'products', 'orders', 'notifier'].map((name) => [name, { CURRENCY }]));

/** In minor units: three at 1250, and the seeded mouse at 2999. */
describe.each([
  { currency: 'JPY', price: '1250', total: '3750', mouse: '2999', most: '9999999999', tooFine: '1250.5' },
  { currency: 'KWD', price: '1.250', total: '3.750', mouse: '2.999', most: '9999999.999', tooFine: '1.2505' },
])('a shop in $currency', ({ currency, price, total, mouse, most, tooFine }) => {
  const running = startedPlatform({ overrides: inEveryService(currency) });
  const admin = () => running().client.admin();

  it("sells and mails with its currency's digits", async () => {
    const { client } = running();
    const product = await client.product({ price, initial_stock: 9 });
    expect(product).toMatchObject({ price, currency });
    expect((await client.call('GET', `/products/${product.product_id}`)).body).toMatchObject({ price, currency });

    const customer = await client.customer();
    await client.verify(customer);
    const order = (expected: unknown) =>
      client.call('POST', '/orders', {
        token: customer.token,
        body: { items: [{ product_id: product.product_id, quantity: 3, price_at_order: expected }] },
      });
    const placed = await order(Number(price));
    expect(placed.body).toMatchObject({ currency, order_total: total, items: [{ price_at_order: price }] });
    const other = await order(mouse);
    expect([other.status, other.body.items]).toEqual([
      409,
      [{ product_id: product.product_id, expected_price: mouse, price }],
    ]);

    const [mail] = await eventually(
      async () => (await client.mailTo(customer.email)).filter(({ subject }) => subject.includes('confirmation')),
      ({ length }) => length > 0,
    );
    for (const part of [mail?.text, mail?.html]) expect(part).toContain(`${total} ${currency}`);
    expect(mail?.text).toContain(`3 × ${price} = ${total}`);
  }, 60_000);

  it('filters, limits and documents prices with these digits', async () => {
    const { client } = running();
    const found = (await client.call('GET', `/products?min_price=${mouse}&max_price=${mouse}`)).body.products;
    expect(found.map(({ sku }: { sku: string }) => sku)).toEqual(['MOUSE-01']);
    expect(await client.product({ price: most })).toMatchObject({ price: most });
    for (const wrong of [tooFine, Number(tooFine), `1${most}`, '0']) {
      const body = { sku: unique('S-'), name: 'x', price: wrong };
      const { status, body: problem } = await client.call('POST', '/products', { token: await admin(), body });
      expect([status, problem.errors[0].pointer]).toEqual([422, '/price']);
      expect(problem.errors[0].message).toContain(`such as "${mouse}"`);
      expect(problem.errors[0].message).toContain(` to ${most}.`);
    }
    const { schemas } = (await client.call('GET', '/openapi.json')).body.components;
    expect(schemas.CreateProductDto.properties.price.description).toContain(` to ${most}.`);
    expect(schemas.ProductResponseDto.properties).toMatchObject({
      price: { example: mouse },
      currency: { example: currency },
    });
  }, 60_000);

  it('is exported to a file and imported again', async () => {
    const { client, dataDir } = running();
    const file = join(dataDir, 'catalog.csv');
    const sku = unique('F-');
    writeFileSync(file, `sku,name,price\n${sku},Widget,${price}\n${sku}x,Widget,${tooFine}\n`);
    // The second record is rejected, so the import is partial.
    await runOps(['products', 'import', file], running(), 2);
    expect(readFileSync(`${file}.rejects.csv`, 'utf8')).toContain('price must be an amount such as');
    const [imported] = (await client.call('GET', `/products?sku=${sku}`)).body.products;
    expect(imported).toMatchObject({ price, currency });
    const exported = join(dataDir, 'exported.ndjson');
    await runOps(['products', 'export', '--format', 'ndjson', '--output', exported], running());
    expect(readFileSync(exported, 'utf8')).toContain(
      `"sku":"${sku}","name":"Widget","description":null,"category":null,"price":"${price}"`,
    );
  }, 60_000);
});

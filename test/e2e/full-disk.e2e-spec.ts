import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SERVICES } from '../../apps/manifests.js';
import { type Account, ADMIN, Client, eventually, unique } from './support/client.js';
import { PlatformProcess } from './support/process.js';
import { type SmallDisk, smallDiskAt } from './support/small-disk.js';

const MEGABYTES = 48;

// Namespaces and process limits exist only on Linux.
(process.platform === 'linux' ? describe : describe.skip)('the embedded platform on a disk that is full', () => {
  let folder: string;
  let disk: SmallDisk;
  let platform: PlatformProcess | undefined;
  let client: Client;
  let customer: Account;
  let product: { product_id: number };
  /** Orders that the platform has confirmed. */
  const orders: number[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'full-disk-'));
    disk = smallDiskAt(folder, MEGABYTES);
    platform = await PlatformProcess.start({
      dataDir: join(folder, 'data'),
      adminEmail: ADMIN.email,
      adminPassword: ADMIN.password,
      // Releases reservations of orders that could not be stored.
      overrides: { products: { RESERVATION_HOLD: '2s', SWEEP_INTERVAL: '500ms' } },
      through: disk.through,
      imports: disk.imports,
    });
    client = new Client(platform.url);
    customer = await client.customer();
    await client.verify(customer);
    product = await client.product({ initial_stock: 10_000 });
  }, 60_000);
  afterAll(async () => {
    await platform?.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const pid = () => platform?.pid ?? 0;
  const order = async () => {
    const answer = await client.order(customer.token, [[product, 1]]);
    if (answer.status === 201) orders.push(Number(answer.body.order_id));
    return answer;
  };
  const ready = () => client.call('GET', '/health/ready');

  it('refuses writes with Retry-After, is not ready, and still reads', async () => {
    await order();
    disk.fillAlmost(pid());
    const deadline = Date.now() + 20_000;
    let last = await order();
    while (last.status === 201 && Date.now() < deadline) {
      if (orders.length > 20) disk.fill(pid());
      last = await order();
    }
    disk.fill(pid());
    const account = { full_name: 'Ann', email: `${unique('c')}@example.com`, password: 'a long enough pass phrase' };
    const change = { token: await client.admin(), body: { sku: unique('S-'), name: 'Cup', price: '1.00' } };
    const refused = [
      last,
      await client.call('POST', '/users', { body: account }),
      await client.call('POST', '/products', change),
    ];
    for (const { status, headers, text } of refused)
      expect([status, headers.get('retry-after'), text]).toEqual([503, expect.stringMatching(/^\d+$/), text]);

    const down = Object.fromEntries(SERVICES.map((service) => [service, 'down']));
    const state = await eventually(ready, ({ body }) => JSON.stringify(body.checks) === JSON.stringify(down));
    expect([state.status, state.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);

    const reads = [`/products/${product.product_id}`, '/products?q=mouse', `/orders/${orders[0]}`, '/users/me'];
    for (const path of reads)
      expect([path, (await client.call('GET', path, { token: customer.token })).status]).toEqual([path, 200]);
  }, 60_000);

  it('continues without a restart after the disk has room, with all confirmed orders', async () => {
    disk.empty(pid());
    expect((await eventually(order, ({ status }) => status === 201)).status).toBe(201);
    await eventually(ready, ({ status }) => status === 200);
    for (const id of orders)
      expect((await client.call('GET', `/orders/${id}`, { token: customer.token })).status).toBe(200);
    await eventually(
      async () => (await client.mailTo(customer.email)).filter(({ subject }) => subject.includes('order')),
      ({ length }) => length === orders.length,
      60_000,
    );
    await eventually(
      () => client.stock(product),
      ([, reserved]) => reserved === orders.length,
    );
    expect(await platform?.end('SIGTERM')).toBe(0);
  }, 90_000);
});

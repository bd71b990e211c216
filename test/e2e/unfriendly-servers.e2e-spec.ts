import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import { SERVICES } from '../../apps/manifests.js';
import { runOps } from '../support/ops.js';
import { withDatabase } from '../support/databases.js';
import { describeOnEachPrivateServer } from '../support/private-servers.js';
import { ACCOUNT_ROWS } from './hostile/account-fields.js';
import { ORDER_ROWS } from './hostile/order-fields.js';
import { QUERY_ROWS } from './hostile/queries.js';
import { runRow } from './hostile/row.js';
import { Stores } from './hostile/stores.js';
import { createWorld, type World } from './hostile/world.js';
import { type Answer, eventually, unique } from './support/client.js';
import { startPlatform, type RunningPlatform } from './support/platforms.js';

type Settings = Record<string, string | number>;

/** Possible settings of a new database. */
const LATIN1: Settings = { character_set_server: 'latin1', collation_server: 'latin1_swedish_ci' };

/** Possible settings of a server, with their defaults. */
const SERVERS: { name: string; settings: Settings; back: Settings }[] = [
  { name: 'whose character set is latin1', settings: {}, back: {} },
  {
    name: 'that takes packets of 16 MiB at most',
    settings: { max_allowed_packet: 16_777_216 },
    back: {},
  },
  {
    name: 'to which a backslash is a character like any other, and double quotes are for names',
    settings: { sql_mode: 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES,PIPES_AS_CONCAT' },
    back: { sql_mode: 'STRICT_TRANS_TABLES' },
  },
  {
    name: 'that ends a connection after 4 s of silence',
    settings: { wait_timeout: 4 },
    back: { wait_timeout: 28_800 },
  },
  { name: 'in another time zone', settings: { time_zone: '+07:00' }, back: { time_zone: 'SYSTEM' } },
];

/** Rows of the hostile table that try to inject SQL. */
const HOSTILE = [...ACCOUNT_ROWS, ...ORDER_ROWS, ...QUERY_ROWS].filter(
  ({ name }) => /['\\;]|--/.test(name) && !/page|cursor|sort|with_total|quantity/.test(name),
);

/** Real or possible names of people. */
const TEXTS = [
  `x', NULL, NULL, 0x61646d696e, 1, now(3), now(3), 1) #`,
  "O'Brien",
  "\\'; DROP TABLE users; --",
  'back\\slash\\',
  'a "quoted" `name`',
  '/* comment */ -- # ?',
  ':one $1 ?? ${x} %s',
  'emoji 😀👩‍👩‍👧 𝒜',
  '鼠标 무선 マウス',
  'Käse ß Łódź Røde',
];

describeOnEachPrivateServer('a platform on a database server', (server) => {
  let root: Connection;
  beforeAll(async () => {
    root = await createConnection({ uri: server().url });
    // A user with all rights on the platform's databases, and none on the server.
    await root.query("CREATE USER 'shop'@'%' IDENTIFIED BY 'shop'");
    await root.query("GRANT ALL PRIVILEGES ON `shop%`.* TO 'shop'@'%'");
  });
  afterAll(() => root?.end());

  const set = async (settings: Settings) => {
    for (const [name, value] of Object.entries(settings)) await root.query(`SET GLOBAL ${name} = ?`, [value]);
  };
  /** Starts on databases that an administrator created without a character set. */
  const start = async () => {
    const name = unique('shop');
    for (const service of SERVICES) await root.query(`CREATE DATABASE ${name}_${service}`);
    const url = new URL(withDatabase(server().url, name));
    [url.username, url.password] = ['shop', 'shop'];
    return startPlatform({ databaseUrl: url.href, logLevel: 'info' });
  };

  /** Reopens every connection, with the server's current settings. */
  const reconnect = async () => {
    const [rows] = await root.query("SELECT id FROM information_schema.processlist WHERE user = 'shop'");
    // A connection may already have ended.
    for (const { id } of rows as { id: number }[]) await root.query(`KILL ${id}`).catch(() => undefined);
  };

  let running: RunningPlatform;
  let world: World;
  beforeAll(async () => {
    await set(LATIN1);
    running = await start();
    world = await createWorld(running);
  }, 60_000);
  afterAll(async () => {
    await world?.stores.close();
    await running?.stop();
  }, 30_000);

  describe.each(SERVERS)('$name', ({ settings, back }) => {
    beforeAll(async () => {
      await set(settings);
      await world.stores.close();
      await reconnect();
      world = { ...world, stores: await Stores.open(running) };
      const ready = async () => (await running.client.call('GET', '/health/ready')).status;
      await eventually(ready, (status) => status === 200);
    }, 60_000);
    afterAll(() => set(back));

    it.each(HOSTILE)('$group: $name', (row) => runRow(row, world), 60_000);

    it.each(TEXTS)('keeps %j as it is, and as nothing else', (text) => keepsText(world, text), 60_000);

    it('takes an import of the longest texts', async () => {
      // The maximum of searched words, with characters of three bytes.
      const words = Array.from({ length: 750 }, (_, index) => String.fromCodePoint(0x4e00 + index).repeat(5));
      const [prefix, rows] = [unique('LONG-'), settings['max_allowed_packet'] === undefined ? 20 : 500];
      const lines = Array.from({ length: rows }, (_, index) =>
        JSON.stringify({ sku: `${prefix}-${index}`, name: '鼠标', price: '1.00', description: words.join(' ') }),
      );
      const file = join(running.dataDir, 'long.ndjson');
      writeFileSync(file, `${lines.join('\n')}\n`);
      expect(await runOps(['products', 'import', file], running)).toContain(`${rows} inserted`);
    }, 60_000);

    it('still answers after the server has closed idle connections', async () => {
      if (settings['wait_timeout'] !== undefined) {
        const witness = await createConnection({ uri: server().url });
        await new Promise((resolve) => witness.on('error', resolve));
      }
      const { client, ann } = world;
      const calls = Array.from({ length: 20 }, () => client.call('GET', `/users/${ann.id}`, { token: ann.token }));
      expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(Array(20).fill(200));
    }, 30_000);
  });

  describe('that becomes read-only while the platform runs', () => {
    it('gets 503 with Retry-After until it accepts writes again, then everything works, without a restart', async () => {
      const { client } = running;
      const [ann, product] = [await client.customer(), await client.product({ initial_stock: 1_000 })];
      const order = () => client.order(ann.token, [[product, 1]]);
      const many = async () => Promise.all(Array.from({ length: 20 }, order));
      const ready = async () => (await client.call('GET', '/health/ready')).status;
      await eventually(many, allOf(201));
      await server().setReadOnly(true);
      try {
        const refused = await many();
        expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]));
        expect(refused.filter(({ headers }) => headers.get('retry-after') === null)).toEqual([]);
        expect((await client.call('GET', `/products/${product.product_id}`)).status).toBe(200);
        await eventually(ready, (status) => status === 503);
      } finally {
        await server().setReadOnly(false);
      }
      await eventually(many, allOf(201));
      await eventually(ready, (status) => status === 200);
    }, 60_000);
  });
});

/** A busy machine may refuse some of many concurrent requests for overload. */
const allOf = (expected: number) => (answers: Answer[]) => answers.every(({ status }) => status === expected);

/** Writes a person, a product and an order with this free text, and checks that it is read back unchanged. */
async function keepsText({ client, admin }: World, text: string): Promise<void> {
  const person = await client.customer({ full_name: text, address: text });
  const { body } = await client.call('GET', `/users/${person.id}`, { token: person.token });
  expect(body).toMatchObject({ full_name: text, address: text, role: 'customer' });
  const changed = await client.call('PUT', `/users/${person.id}`, {
    token: person.token,
    body: { full_name: `${text}!` },
  });
  expect([changed.status, changed.body.full_name, changed.body.role]).toEqual([200, `${text}!`, 'customer']);
  const product = await client.product({ name: text, description: text, category: text, warehouse_location: text });
  const shown = await client.call('GET', `/products/${product.product_id}`);
  expect(shown.body).toMatchObject({ name: text, description: text, category: text });
  const searches = [`/products?q=${encodeURIComponent(text)}`, `/users?q=${encodeURIComponent(text)}`];
  for (const path of searches)
    expect([path, (await client.call('GET', path, { token: admin })).status]).toEqual([path, 200]);
  const address = { name: text, company: text, line1: text, line2: text, city: text, region: text, country: 'US' };
  const order = await client.call('POST', '/orders', {
    token: person.token,
    body: { items: [{ product_id: product.product_id, quantity: 1 }], shipping_address: address, note: text },
  });
  expect([order.status, order.body.shipping_address, order.body.note]).toEqual([201, address, text]);
  const cancelled = await client.call('PUT', `/orders/${order.body.order_id}`, {
    token: person.token,
    body: { status: 'cancelled', cancel_reason: text },
  });
  expect([cancelled.status, cancelled.body.cancel_reason]).toEqual([200, text]);
}

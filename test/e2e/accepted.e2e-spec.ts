import { Acceptance, type Accepted, assertSame, BASES } from './fuzz/accepted.js';
import type { Document } from './fuzz/document.js';
import { createWorld, type World } from './hostile/world.js';
import type { Email } from './support/client.js';
import { forEachPlatform } from './support/platforms.js';

const seed = Number(process.env['ACCEPTED_SEED'] ?? 20_261_129);
const values = Number(process.env['ACCEPTED_VALUES'] ?? 8);

forEachPlatform('whatever the edge accepts', (platform) => {
  let world: World;
  let acceptance: Acceptance;
  const users: Accepted[] = [];
  const products: Accepted[] = [];
  const orders: Accepted[] = [];

  beforeAll(async () => {
    world = await createWorld(platform());
    const document = (await world.client.call('GET', '/openapi.json')).body as Document;
    acceptance = new Acceptance(world, document, { values, seed });
  }, 30_000);
  afterAll(() => world.stores.close());

  const read = async (path: string) => (await world.send({ method: 'GET', path, token: world.admin })).body;

  it(`is stored unchanged, ${values} values per field, seed ${seed}`, async () => {
    users.push(...(await acceptance.write('POST /users', BASES.user, { id: 'user_id' })));
    const changed = async () => `/users/${(await world.client.customer()).id}`;
    users.push(...(await acceptance.write('PUT /users/{user_id}', () => ({}), { path: changed, id: 'user_id' })));
    products.push(...(await acceptance.write('POST /products', BASES.product, { id: 'product_id' })));
    const fresh = async () => `/products/${(await world.client.product()).product_id}`;
    products.push(
      ...(await acceptance.write('PUT /products/{product_id}', () => ({}), { path: fresh, id: 'product_id' })),
    );
    const stock = { path: async () => `${await fresh()}/inventory`, id: 'product_id' };
    await acceptance.write('PUT /products/{product_id}/inventory', () => ({ low_stock_threshold: 1 }), stock);
    for (const { id, answer } of users) assertSame(answer, await read(`/users/${id}`));
    for (const { id, answer } of products) assertSame(answer, await read(`/products/${id}`));
  }, 300_000);

  it('can be ordered, shipped and cancelled', async () => {
    const named = products.filter(({ sent }) => 'initial_stock' in sent && Number(sent['initial_stock']) >= 1);
    const baskets = [...named, ...named].slice(0, 4 * values);
    let turn = 0;
    const basket = () => ({ items: [{ product_id: baskets[turn++ % baskets.length]?.id, quantity: 1 }] });
    const { token } = world.ann;
    // The number of e-mails to an unconfirmed address is limited.
    await world.client.verify(world.ann);
    orders.push(...(await acceptance.write('POST /orders', basket, { id: 'order_id', token })));
    // All products in one order, since names of all kinds make the largest event.
    const items = named.slice(0, 100).map(({ id }) => ({ product_id: id, quantity: 1 }));
    const all = await world.send({ method: 'POST', path: '/orders', token, json: { items } });
    expect(all.status).toBe(201);
    orders.push({ id: all.body.order_id, sent: {}, answer: all.body });
    const another = async (status?: string) => {
      const { body } = await world.client.order(token, [[{ product_id: world.product }, 1]]);
      const path = `/orders/${body.order_id}`;
      if (status) await world.send({ method: 'PUT', path, token: world.admin, json: { status } });
      return path;
    };
    const route = 'PUT /orders/{order_id}';
    const shipped = { path: () => another('paid'), id: 'order_id' };
    orders.push(...(await acceptance.write(route, () => ({ status: 'shipped' }), shipped)));
    orders.push(...(await acceptance.write(route, () => ({ status: 'cancelled' }), { path: another, id: 'order_id' })));
    for (const { id, sent } of orders) assertSame(sent, await read(`/orders/${id}`));
  }, 300_000);

  it('is published and mailed completely', async () => {
    await world.stores.settled();
    const dump = await world.stores.dump();
    const failed = (dump.get('notifier.emails') ?? []).filter(({ status }) => status === 'failed');
    expect(failed).toEqual([]);
    const queues = (await world.client.call('GET', '/dev/queues')).body as { name: string; ready: number }[];
    expect(queues.filter(({ name, ready }) => name.includes('dlq') && ready > 0)).toEqual([]);
    const mails = (await world.client.call('GET', '/dev/emails')).body as Email[];
    const addressees = new Set(mails.map(({ to }) => String(to)));
    const unmailed = users
      .filter(({ sent }) => 'password' in sent && 'email' in sent)
      .map(({ answer }) => answer['email']);
    expect(unmailed.filter((address) => !addressees.has(String(address)))).toEqual([]);
    const subjects = mails.map(({ subject }) => subject).join('\n');
    expect(orders.filter(({ id }) => !subjects.includes(`confirmation: order ${id}`)).map(({ id }) => id)).toEqual([]);
  }, 120_000);

  it('is listed in every order, page by page', async () => {
    const ids = (accepted: Accepted[]) => accepted.map(({ id }) => id);
    await acceptance.walk('/users', 'users', 'user_id', ids(users));
    await acceptance.walk('/products', 'products', 'product_id', ids(products));
    await acceptance.walk('/orders', 'orders', 'order_id', ids(orders));
  }, 300_000);

  it('works as a filter, with its next page', async () => {
    for (const path of ['/users', '/products', '/orders']) await acceptance.filter(path);
    await acceptance.filter(`/users/${world.ann.id}/orders`, '/users/{user_id}/orders');
    await acceptance.filter(
      `/products/${world.product}/inventory/movements`,
      '/products/{product_id}/inventory/movements',
    );
    expect(acceptance.unproven()).toEqual([]);
  }, 300_000);
});

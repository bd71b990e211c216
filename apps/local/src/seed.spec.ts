import type { ReceivedEmail } from './embedded/mailbox.js';
import type { Inject } from './gateway/inject.js';
import { DEMO_ADMIN, seed } from './seed.js';

type Body = Record<string, unknown>;
const answer = (status: number, body: Body = {}) => Promise.resolve({ status, body });

/** The parts of the three services that the demo data needs, on a machine that loses power at the nth request. */
class Services {
  readonly products: Body[] = [];
  readonly groups: Body[] = [];
  readonly categories: Body[] = [];
  readonly orders: Body[] = [];
  readonly addresses: Body[] = [];
  readonly shippingMethods: Body[] = [];
  readonly taxRates: Body[] = [];
  readonly accounts: Body[] = [{ user_id: 1, email: DEMO_ADMIN.email, role: 'admin', version: 1 }];
  private readonly confirmed = new Set<string>();
  private calls = 0;
  diesAt = Number.POSITIVE_INFINITY;

  private counted(inject: Inject): Inject {
    return async (request) => {
      if (++this.calls === this.diesAt) throw new Error('The power is gone.');
      return inject(request);
    };
  }

  all() {
    this.calls = 0;
    return {
      users: this.counted(({ method, url, body = {} }) => this.user(method, url, body as Body)),
      products: this.counted(({ method, url, body = {} }) => this.product(method, url, body as Body)),
      orders: this.counted(({ method, url, body = {} }) => this.order(method, url, body as Body)),
    };
  }

  private product(method: string, url: string, body: Body) {
    const numbered = { category_id: this.categories.length + 1, group_id: this.groups.length + 1 };
    if (url === '/categories') return this.rows('categories', this.categories, method, { ...numbered, ...body });
    if (url === '/product-groups') return this.rows('product_groups', this.groups, method, { ...numbered, ...body });
    return this.rows('products', this.products, method, body);
  }

  private order(method: string, url: string, body: Body) {
    const [, id, list] = /^\/orders\/(\d+)(?:\/(\w+))?$/.exec(url) ?? [];
    if (id !== undefined) return this.step(this.orders[Number(id) - 1] ?? {}, method, list, body);
    if (url === '/shipping-methods') return this.rows('shipping_methods', this.shippingMethods, method, body);
    if (url === '/tax-rates') return this.rows('tax_rates', this.taxRates, method, body);
    const order_id = this.orders.length + 1;
    const items = ((body['items'] ?? []) as Body[]).map((item) => ({ order_item_id: order_id, ...item }));
    const order = { customer_email: 'customer@example.com', ...body, order_id, status: 'pending', items };
    return this.rows('orders', this.orders, method, { ...order, shipments: [], returns: [] });
  }

  private step(order: Body, method: string, list: string | undefined, body: Body) {
    if (list !== undefined) return this.rows(list, order[list] as Body[], method, body);
    Object.assign(order, body);
    return answer(200, order);
  }

  private rows(name: string, rows: Body[], method: string, body: Body) {
    if (method === 'GET') return answer(200, { [name]: rows, total: rows.length });
    rows.push(body);
    return answer(201, body);
  }

  private user(method: string, url: string, body: Body) {
    if (url === '/auth/verify-email') {
      this.confirmed.add(String(body['token']));
      return answer(204);
    }
    if (url === '/auth/login') return answer(200, { access_token: String(body['email']) });
    if (url === '/users/me/addresses') return this.rows('addresses', this.addresses, method, body);
    const named = (email: string) => this.accounts.find((account) => account['email'] === email);
    if (method === 'GET') {
      const found = named(decodeURIComponent(url.split('email=')[1] ?? ''));
      return answer(200, { users: found ? [found] : [] });
    }
    if (method === 'PUT') {
      const account = this.accounts.find(({ user_id }) => url === `/users/${String(user_id)}`);
      Object.assign(account ?? {}, body, { version: 2 });
      return answer(200);
    }
    if (named(String(body['email']))) return answer(409);
    const created = { user_id: this.accounts.length + 1, email: body['email'], role: 'customer', version: 1 };
    this.accounts.push(created);
    return answer(201, created);
  }

  get state() {
    return {
      products: this.products.map(({ sku }) => sku),
      categories: this.categories.map(({ slug, parent_id }) => [slug, parent_id]),
      orders: this.orders.map(({ items, status, shipments, returns }) => ({ items, status, shipments, returns })),
      addresses: this.addresses.map(({ line1 }) => line1),
      shippingMethods: this.shippingMethods.map(({ code }) => code),
      taxRates: this.taxRates.map(({ name }) => name),
      accounts: this.accounts.map(({ email, role }) => [email, role]),
      confirmed: [...this.confirmed].sort(),
    };
  }
}

const MAILBOX = {
  search: ({ to = '' }) =>
    Promise.resolve([
      { id: '1', sent_at: '', to: [to], text: `#token=verify-email.${to.split('@')[0]}` } as ReceivedEmail,
    ]),
};
const run = (services: Services, finished = false) =>
  seed(services.all(), DEMO_ADMIN, { demoLogins: true, currency: 'USD', finished, mailbox: MAILBOX });

describe('the demo data', () => {
  it('is the same after crashes at any requests', async () => {
    const whole = new Services();
    await run(whole);
    expect(whole.state).toMatchObject({ products: { length: 10 }, orders: { length: 4 }, accounts: { length: 4 } });
    expect(whole.state.addresses).toHaveLength(2);
    expect(whole.state.categories.map(([, parent]) => parent)).toEqual([null, 1, 1, null]);
    expect(whole.products.slice(0, 6).map(({ category_ids }) => category_ids)).toEqual([[2], [2], [2], [], [], [3]]);
    expect(whole.state.orders.slice(1)).toMatchObject([
      { status: 'pending', shipments: [], returns: [] },
      {
        status: 'paid',
        shipments: [{ parcels: [{ carrier: 'DHL' }] }],
        returns: [{}, { items: [{ order_item_id: 3 }] }],
      },
      { status: 'paid', shipments: [{ items: [{ order_item_id: 4 }], status: 'prepared' }], returns: [] },
    ]);
    expect(whole.state).toMatchObject({ shippingMethods: { length: 2 }, taxRates: { length: 2 } });
    expect(whole.state.accounts).toContainEqual(['staff@example.com', 'staff']);
    expect(whole.state.confirmed).toEqual(['verify-email.customer', 'verify-email.leaver', 'verify-email.staff']);
    for (let at = 1; ; at++) {
      const services = new Services();
      services.diesAt = at;
      const died = await run(services).then(
        () => false,
        () => true,
      );
      if (!died) {
        expect(at).toBeGreaterThan(15);
        return;
      }
      services.diesAt = Number.POSITIVE_INFINITY;
      await run(services);
      expect([at, services.state]).toEqual([at, whole.state]);
      await run(services);
      expect([at, services.state]).toEqual([at, whole.state]);
    }
  });

  it('does not come back after it was finished and a part was removed', async () => {
    const services = new Services();
    await run(services);
    services.products.pop();
    services.orders.pop();
    services.addresses.pop();
    await run(services, true);
    expect(services.state).toMatchObject({ products: { length: 9 }, orders: { length: 3 }, addresses: { length: 1 } });
  });

  it('does not change a catalog with an own product, orders of others, or a changed role', async () => {
    const services = new Services();
    services.products.push({ sku: 'OWN-1' });
    services.orders.push({ customer_email: 'ann@example.com', items: [] });
    services.accounts.push({ user_id: 2, email: 'staff@example.com', role: 'customer', version: 3 });
    services.addresses.push({ line1: 'My own street' });
    await run(services);
    expect(services.state.addresses).toEqual(['My own street']);
    expect(services.state.products).toEqual(['OWN-1']);
    expect(services.state.orders).toHaveLength(1);
    expect(services.state.accounts).toContainEqual(['staff@example.com', 'customer']);
  });
});

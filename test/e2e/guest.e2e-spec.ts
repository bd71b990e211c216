import { type CallOptions, type Email, eventually, unique } from './support/client.js';
import { startedPlatform } from './support/platforms.js';

const HOME = { name: 'Gus Guest', line1: '1 Main Street', city: 'Springfield', region: 'IL', country: 'US' };
const ITEMS = [
  { product_id: 1, quantity: 2 },
  { product_id: 2, quantity: 1 },
];
const EXPRESS = 2;
/** 148.98 of goods, 970 grams by express, and each line's part of the sales tax of Illinois. */
const COSTS = { items_total: '148.98', shipping_total: '9.90', tax_total: '9.31', order_total: '168.19' };

const linksOf = ({ html, text }: Email): string[] => [
  ...[...html.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href.replaceAll('&amp;', '&')),
  ...(text.match(/https?:\/\/\S+/g) ?? []),
];

/** Without staff: what is sold, sent and taxed is the demo data of a platform that somebody has just started. */
describe('a guest', () => {
  const platform = startedPlatform({ adminEmail: undefined, adminPassword: undefined });
  const email = `${unique('guest')}@example.com`;
  const bought = { order_id: 0, payment_id: 0 };
  let guest: CallOptions = {};

  const call = (method: string, path: string, options?: CallOptions) => platform().client.call(method, path, options);
  const mails = async (template: string) =>
    (await platform().client.mailTo(email)).filter(({ tags }) => tags?.['template'] === template);
  const mailed = async (template: string): Promise<Email> =>
    (
      await eventually(
        () => mails(template),
        ({ length }) => length > 0,
      )
    )[0] as Email;
  /** Opens a link as a browser does, which sends no fragment. */
  const open = async (link: string) => {
    const { origin, pathname, search } = new URL(link);
    expect(origin).toBe(platform().client.base);
    const page = await call('GET', pathname + search);
    expect([link, page.status, page.headers.get('content-type')]).toEqual([link, 200, 'text/html; charset=utf-8']);
    return page.text;
  };
  const order = async () => (await call('GET', `/orders/${bought.order_id}`, guest)).body;

  it('is shown in the cart what quote, order and payment say, too', async () => {
    const begun = await call('POST', '/carts');
    const { cart_id, cart_token } = begun.body;
    const headers = { 'cart-token': String(cart_token) };
    for (const { product_id, quantity } of ITEMS)
      await call('PUT', `/carts/${cart_id}/items/${product_id}`, { headers, body: { quantity } });
    const details = { shipping_address: HOME, shipping_method_id: EXPRESS };
    const { body: cart } = await call('PUT', `/carts/${cart_id}`, { headers, body: { ...details, email } });
    expect(cart).toMatchObject({ ...COSTS, user_id: null, changes: [] });
    const quote = await call('POST', '/quotes', { body: { ...details, items: ITEMS } });
    const { tax_lines } = quote.body;
    expect(quote.body).toMatchObject(COSTS);
    expect(cart.tax_lines).toEqual(tax_lines);

    const body = { version: cart.version, expected_total: cart.order_total };
    const placed = await call('POST', `/carts/${cart_id}/checkout`, { headers, body });
    expect([placed.status, placed.body]).toMatchObject([201, { ...COSTS, tax_lines, user_id: null, cart_id }]);
    guest = { headers: { 'order-token': String(placed.body.order_token) } };
    bought.order_id = Number(placed.body.order_id);

    const payment = await call('POST', `/orders/${bought.order_id}/payments`, { ...guest, body: { method: 'card' } });
    expect([payment.status, payment.body.amount]).toEqual([201, COSTS.order_total]);
    bought.payment_id = Number(payment.body.payment_id);
  });

  it('whose card is declined pays by the link of the e-mail', async () => {
    const declined = { payment_method: 'pm_card_chargeDeclined' };
    const confirmed = await call('POST', `/dev/payments/${bought.payment_id}/confirm`, { body: declined });
    expect(confirmed.body).toMatchObject({ failure: { code: 'card_declined' } });
    const [link = ''] = linksOf(await mailed('payment-failed'));
    const page = await open(link);
    expect(page).toContain(`<h1>Payments of order ${bought.order_id}</h1>`);
    const [, action = ''] = /action="(\/dev\/payments\/\d+\/buyer)"/.exec(page) ?? [];
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: platform().client.base };
    expect((await call('POST', action, { headers, raw: 'move=pay' })).status).toBe(303);
    const paid = await eventually(order, ({ status }) => status === 'paid');
    expect(paid).toMatchObject({ amount_paid: COSTS.order_total, amount_due: '0.00' });
    const { body } = await call('GET', `/orders/${bought.order_id}/payments`, guest);
    expect(body.payments).toMatchObject([{ status: 'captured', captured_amount: COSTS.order_total }]);
  });

  it('gets one e-mail of each step, whose links lead somewhere', async () => {
    for (const template of ['order-confirmation', 'payment-failed', 'order-paid']) {
      for (const link of linksOf(await mailed(template))) await open(link);
      expect(await mails(template)).toHaveLength(1);
    }
  });

  it('registers, verifies the address by the link, and finds the claimed order in the account', async () => {
    const account = { email, password: 'a long enough pass phrase' };
    const { body: user } = await call('POST', '/users', { body: { ...account, full_name: 'Gus Guest' } });
    const token = await platform().client.logIn(account);
    const claim = () => call('POST', '/users/me/claim-orders', { token });
    expect(await claim()).toMatchObject({ status: 403, body: { code: 'email-not-verified' } });
    const mine = async () => (await call('GET', '/users/me/orders', { token })).body.orders as object[];
    expect(await mine()).toEqual([]);

    const links = linksOf(await mailed('verify-email'));
    for (const link of links) await open(link);
    const [verification] = /verify-email\.[\w-]+/.exec(links[0] ?? '') ?? [];
    expect((await call('POST', '/auth/verify-email', { body: { token: verification } })).status).toBe(204);
    expect((await claim()).body).toEqual({ claimed: 1 });
    expect((await claim()).body).toEqual({ claimed: 0 });
    expect(await mine()).toMatchObject([
      { ...COSTS, order_id: bought.order_id, user_id: user.user_id, status: 'paid' },
    ]);
    expect(await order()).toMatchObject({ order_id: bought.order_id, user_id: user.user_id });
    const { body } = await eventually(
      () => call('GET', `/payments/${bought.payment_id}`, { token }),
      ({ status }) => status === 200,
    );
    expect(body).toMatchObject({ status: 'captured', amount: COSTS.order_total });
  });
});

import { eventually } from '../../test/support/eventually.js';
import type { WireUnderTest } from '../../test/support/stripe.js';
import type { Rehearsed } from './stack.js';

/** Gives the stage an account at the embedded Stripe, as an operator does, and Stripe the address of the stage. */
export async function stripeAccount({ emulator, stack, stripe }: Rehearsed): Promise<void> {
  const { hostname: STRIPE_HOST, port: STRIPE_PORT } = new URL(stripe.wire.endpoint);
  const { secretKey: STRIPE_SECRET_KEY, webhookSecret: STRIPE_WEBHOOK_SECRETS } = stripe.wire.place;
  // Only an embedded Stripe has an address to tell.
  const place = { STRIPE_HOST, STRIPE_PORT, STRIPE_PROTOCOL: 'http' };
  await stack.putSecret('Key of the account at Stripe', { STRIPE_SECRET_KEY, ...place });
  await stack.putSecret('What Stripe signs its events with', { STRIPE_WEBHOOK_SECRETS });
  await stripe.control('settings', { webhook_url: `${await emulator.apiUrl()}/provider-events/stripe` });
}

/** Pays an order by card; its webhook tells. Then one whose webhook is lost, which an operator's reconciliation finds. */
export async function cardPayments(stage: Rehearsed): Promise<string> {
  const { stack, stripe } = stage;
  const shop = await Shop.open(stage);
  await shop.becomesPaid(await shop.pay());
  await stripe.control('settings', { faults: { drop_events: 1 } });
  const orderId = await shop.pay();
  const told = await stack.ops(['payments', 'reconcile']);
  await stripe.control('settings', { faults: { drop_events: 0 } });
  const [sentence = '', found = '0'] = /^(\d+) events of the provider had not come.*$/m.exec(told)?.slice(0, 2) ?? [];
  if (Number(found) === 0) throw new Error(`ops payments reconcile says:\n${told}`);
  await shop.becomesPaid(orderId);
  return sentence;
}

type Answer = Record<string, unknown>;

/** A customer of the stage, and a product. */
class Shop {
  private constructor(
    private readonly api: string,
    private readonly stage: Rehearsed,
    private readonly token: string,
    private readonly productId: number,
  ) {}

  static async open(stage: Rehearsed): Promise<Shop> {
    const api = await stage.emulator.apiUrl();
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = await stage.stack.secret('The first administrator');
    const logIn = async (body: object) => String((await call(api, 'POST', '/auth/login', { body }))['access_token']);
    const admin = await logIn({ email, password });
    const name = `card-${Date.now()}`;
    const customer = { email: `${name}@example.com`, password: 'a long enough pass phrase' };
    await call(api, 'POST', '/users', { body: { ...customer, full_name: 'Card Payer' } });
    const product = { sku: name.toUpperCase(), name: 'Paid by card', price: '19.90', initial_stock: 10 };
    const { product_id } = await call(api, 'POST', '/products', { token: admin, body: product });
    return new Shop(api, stage, await logIn(customer), Number(product_id));
  }

  /** Orders, and does at Stripe what the customer's browser does. Returns the order's id. */
  async pay(): Promise<number> {
    const { token } = this;
    const items = [{ product_id: this.productId, quantity: 1 }];
    const { order_id } = await call(this.api, 'POST', '/orders', { token, body: { items } });
    const path = `/orders/${String(order_id)}/payments`;
    const { provider_ref } = await call(this.api, 'POST', path, { token, body: { method: 'card' } });
    await confirm(this.stage.stripe, String(provider_ref));
    return Number(order_id);
  }

  /** The emulator runs no schedules, so that the relay is called as the schedule would. */
  async becomesPaid(orderId: number): Promise<void> {
    await eventually(async () => {
      await this.stage.stack.invoke('payments-relay', {});
      const { status } = await call(this.api, 'GET', `/orders/${orderId}`, { token: this.token });
      if (status !== 'paid') throw new Error(`The order ${orderId} is ${String(status)}, not paid.`);
    }, 60_000);
  }
}

async function confirm({ stripe }: WireUnderTest, ref: string): Promise<void> {
  const { status } = await stripe.paymentIntents.confirm(ref, {
    payment_method: 'pm_card_visa',
    return_url: 'https://shop.example/done',
  });
  if (status !== 'succeeded') throw new Error(`The payment ${ref} is ${status} at Stripe.`);
}

/** @throws Error for any answer but a success */
async function call(
  api: string,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: object } = {},
): Promise<Answer> {
  const response = await fetch(api + path, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answers ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

import { randomUUID } from 'node:crypto';
import { exactly, type Figure, none } from '../frame/figures.js';
import { load, settle } from '../frame/load.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const CLIENTS = 4;
const PATIENCE_MS = 60_000;

/** Pays an order in a way that must not count. */
type WrongWay = (market: Market, orderRef: string, intent: string) => Promise<unknown>;

/** Changed at the provider: these are payments of ours, and staff are told. */
const CHANGED: Record<string, WrongWay> = {
  'one cent less': ({ platform: { stripe } }, _, intent) => stripe.sdk.paymentIntents.update(intent, { amount: 999 }),
  'one cent more': ({ platform: { stripe } }, _, intent) => stripe.sdk.paymentIntents.update(intent, { amount: 1_001 }),
  'another currency': ({ platform: { stripe } }, _, intent) =>
    stripe.sdk.paymentIntents.update(intent, { currency: 'eur' }),
};

/** Made at the provider by somebody else. */
const FOREIGN: Record<string, WrongWay> = {
  'an unknown payment': (market, order_ref) =>
    foreign(market, { order_ref, payment_ref: randomUUID(), stage: 'local' }),
  "another stage's": (market, order_ref) => foreign(market, { order_ref, payment_ref: randomUUID(), stage: 'dev' }),
  'no payment named': (market, order_ref) => foreign(market, { order_ref }),
};

/** A cent too little, a cent too much, another currency, and payments that others made in an order's name. */
export const wrongMoney: Proof = {
  name: 'P7',
  failure: 'an order is paid by money that was not asked for it',
  mutants: ['any-success-pays'],
  async run(stage: Stage): Promise<Figure[]> {
    const each = stage.amount(25, 2);
    const market = await openMarket(stage);
    const { platform, till, customer, product } = market;
    const ways = [...Object.values(CHANGED), ...Object.values(FOREIGN)].flatMap((way) =>
      Array<WrongWay>(each).fill(way),
    );
    await load(
      CLIENTS,
      () => ways.length === 0,
      async () => {
        const way = ways.pop();
        const { orderId, intent } = await till.sell(customer, product);
        const sql = 'SELECT order_ref FROM orders WHERE order_id = ?';
        const [order] = await platform.databases.rows<{ order_ref: string }>('orders', sql, [orderId]);
        await way?.(market, order?.order_ref ?? '', intent);
        if (way && Object.values(CHANGED).includes(way)) await platform.stripe.confirm(intent);
        stage.progress(`${ways.length} left`);
      },
    );
    const right = await till.sell(customer, product);
    await platform.stripe.confirm(right.intent);
    const changed = each * Object.keys(CHANGED).length;
    const mismatches = await settle(
      PATIENCE_MS,
      () => platform.databases.number('payments', 'SELECT COUNT(*) FROM payments WHERE mismatch'),
      (count) => count === changed,
    );
    const paidRightly = await settle(
      PATIENCE_MS,
      () => till.orders(`order_id = ${right.orderId} AND status = 'paid'`),
      (count) => count === 1,
    );
    const told = new Set(
      (await platform.wire.publishedEvents())
        .filter(({ event_type }) => event_type === 'payment.mismatch')
        .map(({ event_id }) => event_id),
    );
    return [
      none('orders paid by them', (await till.orders("status <> 'pending'")) - paidRightly),
      exactly('the right one', paidRightly, 1),
      exactly('marked as mismatch', mismatches, changed),
      exactly('payment.mismatch', told.size, changed),
    ];
  },
};

/** Somebody pays with metadata of their own. */
async function foreign({ platform: { stripe } }: Market, metadata: Record<string, string>): Promise<void> {
  const { id } = await stripe.sdk.paymentIntents.create({ amount: 1_000, currency: 'usd', metadata });
  await stripe.confirm(id);
}

import Stripe from 'stripe';
import { exactly, info } from '../frame/figures.js';
import { copyOrder } from '../frame/copies.js';
import { ask } from '../frame/http.js';
import { load, settle } from '../frame/load.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';
import { WEBHOOK_SECRET } from '../frame/stripe.js';

const CLIENTS = 6;
const KINDS = [
  'payment_intent.created',
  'payment_intent.payment_failed',
  'payment_intent.succeeded',
  'charge.dispute.created',
  'refund.created',
  'charge.refunded',
  'charge.dispute.closed',
];

/** Payments with the same history, each of which hears of it in another order: all orders there are. */
export const anyOrder: Proof = {
  name: 'P4',
  failure: 'the order of events decides what becomes of a payment',
  mutants: ['payloads-believed'],
  async run(stage: Stage) {
    const kinds = KINDS.slice(0, stage.amount(7, 4));
    const orders = permutations(kinds);
    const market = await openMarket(stage, { environment: { payments: { RECONCILIATION_INTERVAL: '0' } } });
    const { platform, till } = market;
    await platform.stripe.faults({ drop_events: 1 });
    const payments = await paymentsToMake(market, orders.length);
    let begun = 0;
    await load(
      CLIENTS,
      () => begun >= orders.length,
      async () => {
        const [order = [], payment] = [orders[begun], payments[begun]];
        begun++;
        if (payment) await hear(market, payment, order);
        stage.progress(`${begun} of ${orders.length} payments`);
      },
    );
    const patienceMs = stage.amount(120_000, 20_000);
    const waiting = "SELECT COUNT(*) FROM provider_events WHERE outcome = 'waiting'";
    await settle(
      patienceMs,
      () => platform.databases.number('payments', waiting),
      (left) => left === 0,
    );
    const paid = await settle(
      patienceMs,
      () => till.orders("status = 'paid'"),
      (count) => count === orders.length,
    );
    const events = await platform.wire.publishedEvents();
    const published = events.filter(({ event_type }) => event_type === 'order.paid');
    return [
      exactly('orders of events', orders.length, kinds.length === 7 ? 5_040 : 24),
      exactly('end states', await endStates(market), 1),
      exactly('orders paid', paid, orders.length),
      exactly('order.paid', new Set(published.map(({ event_id }) => event_id)).size, orders.length),
      info('events', orders.length * kinds.length),
    ];
  },
};

interface PaymentToMake {
  order_ref: string;
  payment_ref: string;
}

/** Orders with a payment that its provider has yet to hear of; all but the first are copies. */
async function paymentsToMake({ platform: { databases }, till, customer, product }: Market, count: number) {
  const { orderId } = await till.sell(customer, product);
  await copyOrder(databases, orderId, count);
  const sql = 'SELECT order_ref, payment_ref FROM payments WHERE provider_ref IS NULL';
  return databases.rows<PaymentToMake>('payments', sql);
}

/** Lets the history happen at the provider, of which nobody hears, and then tells of it in this order. */
async function hear({ platform }: Market, payment: PaymentToMake, order: readonly string[]): Promise<void> {
  const { stripe } = platform;
  const intent = await declined(stripe.sdk, { ...payment, stage: 'local' });
  await stripe.sdk.paymentIntents.confirm(intent, { payment_method: 'pm_card_createDispute' });
  const [dispute] = (await stripe.sdk.disputes.list({ payment_intent: intent, limit: 1 })).data;
  await stripe.control(`disputes/${dispute?.id ?? ''}/close`, { status: 'won' });
  await stripe.sdk.refunds.create({ payment_intent: intent, amount: 400 });
  const events = await stripe.eventsAbout(intent);
  for (const kind of order) {
    const event = events.find(({ type }) => type === kind);
    if (!event) throw new Error(`The provider has no event ${kind}.`);
    await deliver(platform.services.payments.url, event);
  }
}

/** An intent whose first card was declined. */
async function declined(sdk: Stripe, metadata: Record<string, string>): Promise<string> {
  const wanted = { amount: 1_000, currency: 'usd', metadata, confirm: true, payment_method: 'pm_card_chargeDeclined' };
  const refusal: unknown = await sdk.paymentIntents.create(wanted).catch((error: unknown) => error);
  const intent = refusal instanceof Stripe.errors.StripeCardError ? refusal.payment_intent : undefined;
  if (!intent) throw new Error('A card that is always declined was not.');
  return intent.id;
}

async function deliver(base: string, event: Stripe.Event): Promise<void> {
  const payload = JSON.stringify(event);
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET });
  const headers = { 'stripe-signature': signature };
  const { status } = await ask(`${base}/provider-events/stripe`, { method: 'POST', headers, body: event });
  if (status !== 200) throw new Error(`An event was answered by ${status}.`);
}

/** The first order is the one that was copied: nobody pays it. */
const COPIES = 'WHERE order_id > 1';

/** How many different payments and orders there are, but for their ids. */
async function endStates({ platform: { databases } }: Market): Promise<number> {
  const payments = `SELECT COUNT(DISTINCT status, authorized_amount, captured_amount, refunded_amount, disputed_amount,
    (SELECT COUNT(*) FROM payment_entries e WHERE e.payment_id = p.payment_id)) FROM payments p ${COPIES}`;
  const orders = `SELECT COUNT(DISTINCT status, payment_status, amount_paid, amount_refunded) FROM orders ${COPIES}`;
  return Math.max(await databases.number('payments', payments), await databases.number('orders', orders));
}

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((first, index) => permutations(all.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

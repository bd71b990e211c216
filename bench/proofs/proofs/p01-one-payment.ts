import { randomUUID } from 'node:crypto';
import { exactly, info, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { load, settle } from '../frame/load.js';
import { untilAnswered } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';
import { opened } from '../frame/till.js';

const POSTS = 10;
const CLIENTS = 4;
const PATIENCE_MS = 60_000;
/** One order in so many gives up its first attempt. */
const GIVING_UP = 10;

/**
 * Every payment is begun by 20 requests under one key, ten before and ten after its customer and its order change; then
 * its buyer pays while staff refresh it three times and each event comes three times.
 */
export const onePayment: Proof = {
  name: 'P1',
  failure: 'one attempt charges twice',
  mutants: ['key-of-order-and-total'],
  async run(stage: Stage) {
    const count = stage.amount(1_000, 20);
    const market = await openMarket(stage);
    const { platform, till } = market;
    await platform.stripe.faults({ duplicate_events: 1 });
    const outcomes: Outcome[] = [];
    let begun = 0;
    await load(
      CLIENTS,
      () => begun >= count,
      async () => {
        outcomes.push(await payOnce(market, begun++));
        stage.progress(`${outcomes.length} of ${count} payments`);
      },
    );
    const paid = await settle(
      PATIENCE_MS,
      () => till.orders("status = 'paid'"),
      (orders) => orders === count,
    );
    const events = (await platform.wire.publishedEvents()).filter(({ event_type }) => event_type === 'order.paid');
    const intents = await platform.stripe.intents();
    return [
      exactly('intents', intents.length, count + outcomes.filter(({ gaveUp }) => gaveUp).length),
      none('keys with two answers', outcomes.filter(({ payments }) => payments !== 1).length),
      none(
        'unexpected answers',
        outcomes.reduce((sum, { wrong }) => sum + wrong, 0),
      ),
      exactly('orders paid', paid, count),
      exactly('order.paid', new Set(events.map(({ event_id }) => event_id)).size, count),
      none('refunds', (await platform.stripe.refunds()).length),
      info('attempts given up', outcomes.filter(({ gaveUp }) => gaveUp).length),
    ];
  },
};

interface Outcome {
  /** Different payments in the answers to one key. */
  payments: number;
  wrong: number;
  gaveUp: boolean;
}

async function payOnce({ platform, shop, till, customer, product }: Market, nth: number): Promise<Outcome> {
  const orderId = (await till.order(customer, product)) ?? 0;
  const gaveUp = nth % GIVING_UP === 0;
  if (gaveUp) {
    const first = await till.open(customer, orderId);
    if (first) await till.cancel(customer, first.paymentId);
  }
  const key = randomUUID();
  const post = () => untilAnswered(() => till.begin(customer, orderId, { key }));
  const posts = () => Promise.all(Array.from({ length: POSTS }, post));
  const before = await posts();
  const { token, userId } = customer;
  const change = (url: string, body: object) => untilAnswered(() => ask(url, { method: 'PUT', token, body }));
  await change(shop.url('users', `/users/${userId}`), { full_name: `Ann ${nth}` });
  await change(shop.url('orders', `/orders/${orderId}`), { note: `Changed ${nth}` });
  const answers = [...before, ...(await posts())];
  const created = answers.filter(({ status }) => status === 201).map(({ body }) => opened(body));
  const [payment] = created;
  if (payment) {
    const refresh = () => untilAnswered(() => till.staff(`/payments/${payment.paymentId}/refresh`, {}));
    await Promise.all([platform.stripe.confirm(payment.intent), refresh(), refresh(), refresh()]);
  }
  const payments = new Set(created.map(({ paymentId }) => paymentId)).size;
  return { payments, wrong: answers.length - created.length, gaveUp };
}

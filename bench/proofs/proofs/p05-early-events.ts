import { randomUUID } from 'node:crypto';
import { exactly, type Figure, none } from '../frame/figures.js';
import { load, settle } from '../frame/load.js';
import { untilAnswered } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

const CLIENTS = 10;
const PATIENCE_MS = 45_000;
/** The provider answers so late, and in the meantime its events arrive. */
const LATE_MS = 1_500;

/**
 * The buyer pays the last piece before the call that began the payment is answered: three cards are declined, 3-D Secure
 * is refused, and then it works. Every event comes early, and none comes again.
 */
export const earlyEvents: Proof = {
  name: 'P5',
  failure: 'an event that comes before its payment is known is lost',
  mutants: ['unknown-objects-ignored'],
  async run(stage: Stage): Promise<Figure[]> {
    const count = stage.amount(50, 6);
    const market = await openMarket(stage, {
      environment: { payments: { RECONCILIATION_INTERVAL: '0', PROVIDER_TIMEOUT: '10s' } },
    });
    const { platform, till } = market;
    await platform.stripe.faults({ delay_answers_ms: LATE_MS });
    let begun = 0;
    const answers: number[] = [];
    await load(
      CLIENTS,
      () => begun >= count,
      async () => {
        begun++;
        answers.push(await payEarly(market));
        stage.progress(`${answers.length} of ${count} payments`);
      },
    );
    const paid = await settle(
      PATIENCE_MS,
      () => till.orders("status = 'paid'"),
      (orders) => orders === count,
    );
    await strangersPayment(market);
    const kept = "SELECT COUNT(*) FROM provider_events WHERE outcome = 'waiting' AND attempts > 0";
    const unknown = await settle(
      PATIENCE_MS,
      () => platform.databases.number('payments', kept),
      (events) => events > 0,
    );
    return [
      exactly('payments begun', answers.filter((status) => status === 201).length, count),
      exactly('orders paid', paid, count),
      none('refunds', (await platform.stripe.refunds()).length),
      exactly('payments that nobody knows are kept', Math.sign(unknown), 1),
    ];
  },
};

/** Returns the status of the answer to the call that began the payment. */
async function payEarly({ platform: { stripe, databases }, shop, till, customer }: Market): Promise<number> {
  const orderId = (await till.order(customer, await shop.product(1))) ?? 0;
  const key = randomUUID();
  const begin = untilAnswered(() => till.begin(customer, orderId, { key }));
  const sql = 'SELECT payment_ref FROM payments WHERE order_id = ?';
  const [payment] = await settle(
    PATIENCE_MS,
    () => databases.rows<{ payment_ref: string }>('payments', sql, [orderId]),
    (rows) => rows.length > 0,
    10,
  );
  const mine = await settle(
    PATIENCE_MS,
    async () => (await stripe.intents()).find(({ metadata }) => metadata['payment_ref'] === payment?.payment_ref),
    (intent) => intent !== undefined,
    10,
  );
  const intent = mine?.id ?? '';
  for (let declined = 0; declined < 3; declined++) await stripe.decline(intent);
  await stripe.confirm(intent, 'pm_card_authenticationRequired');
  await stripe.control(`payment_intents/${intent}/authenticate`, { succeeds: false });
  await stripe.confirm(intent);
  return (await begin).status;
}

/** An intent that says it is ours, and no payment of ours is it. */
async function strangersPayment({ platform: { stripe } }: Market): Promise<void> {
  const metadata = { order_ref: randomUUID(), payment_ref: randomUUID(), stage: 'local' };
  await stripe.sdk.paymentIntents.create({ amount: 1_000, currency: 'usd', metadata });
}

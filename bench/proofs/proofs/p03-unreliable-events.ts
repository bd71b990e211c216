import { randomUUID } from 'node:crypto';
import { atLeast, none } from '../frame/figures.js';
import { load } from '../frame/load.js';
import { agreedMoney } from '../frame/money-audit.js';
import { untilAnswered } from '../frame/patient.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';
import { WebhookRecorder } from '../frame/webhook-recorder.js';

const CLIENTS = 6;
const AGREED_MS = 60_000;

/** Events come two or three times, under two ids, in any order, or, of ten one, not at all. */
export const unreliableEvents: Proof = {
  name: 'P3',
  failure: 'a repeated, overtaken or lost event leaves a wrong ledger',
  mutants: ['events-without-primary-key'],
  async run(stage: Stage) {
    const count = stage.amount(500, 25);
    const market = await openMarket(stage);
    const { platform } = market;
    const recorder = await WebhookRecorder.start(`${platform.services.payments.url}/provider-events/stripe`);
    await platform.stripe.control('settings', { webhook_url: recorder.url });
    await platform.stripe.faults({ duplicate_events: 1, shuffle_events: 1, drop_events: 0.1 });
    let begun = 0;
    await load(
      CLIENTS,
      () => begun >= count,
      async () => {
        await live(market, begun++);
        stage.progress(`${begun} of ${count} payments`);
      },
    );
    const { differing, wrong, pending } = await agreedMoney(platform, AGREED_MS);
    const delivered = recorder.statuses.get(200) ?? 0;
    const figures = [
      none('payments that differ at the provider', differing.length),
      none('orders with a wrong amount', wrong.length),
      none('unfinished refunds', pending),
      atLeast('events delivered', delivered, count * 4),
      none('answered other than 200', recorder.othersThan(200)),
    ];
    await recorder.stop();
    return figures;
  },
};

/** A payment's life: declined, paid, and then what staff, the provider's dashboard or the buyer's bank do. */
async function live({ platform: { stripe }, till, customer, product }: Market, nth: number): Promise<void> {
  const { intent, paymentId } = await till.sell(customer, product);
  await stripe.decline(intent);
  await stripe.confirm(intent, nth % 5 === 0 ? 'pm_card_createDispute' : 'pm_card_visa');
  if (nth % 5 === 1) await stripe.sdk.refunds.create({ payment_intent: intent, amount: 300 });
  if (nth % 5 === 2) {
    const body = { amount: '4.00', reason: 'returned' };
    const key = randomUUID();
    await untilAnswered(() => till.staff(`/payments/${paymentId}/refresh`, {}));
    await untilAnswered(() => till.staff(`/payments/${paymentId}/refunds`, body, key));
    await stripe.sdk.refunds.create({ payment_intent: intent, amount: 100 });
  }
}

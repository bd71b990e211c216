import { exactly, type Figure, info, none } from '../frame/figures.js';
import { settle, sleep, underLoad } from '../frame/load.js';
import { type Market, openMarket } from '../frame/paying.js';
import type { Proof } from '../frame/proof.js';
import type { ServiceProcess } from '../frame/service-process.js';
import type { Stage } from '../frame/stage.js';
import { WEBHOOK_SECRET } from '../frame/stripe.js';
import { WebhookRecorder } from '../frame/webhook-recorder.js';

const CLIENTS = 3;
const PATIENCE_MS = 60_000;
const NEW_SECRET = 'whsec_rotated';
const [OLD_KEY, NEW_KEY] = ['sk_test_local', 'sk_test_rotated'];

/** The key of the API and the secret of the events are replaced while people pay, as the operators' guide says. */
export const rotatedSecrets: Proof = {
  name: 'P12',
  failure: 'a rotated secret costs a payment or an event',
  mutants: ['one-webhook-secret'],
  async run(stage: Stage): Promise<Figure[]> {
    const market = await openMarket(stage, { environment: { payments: { RECONCILIATION_INTERVAL: '0' } } });
    const { platform, till } = market;
    const { stripe } = platform;
    const hook = (base: string) => `${base}/provider-events/stripe`;
    const recorder = await WebhookRecorder.start(hook(till.base));
    await stripe.control('settings', { webhook_url: recorder.url });
    const buyers = new Buyers(market);
    let service: ServiceProcess = platform.services.payments;
    const deploy = async (environment: Record<string, string>) => {
      const next = await platform.another('payments', { RECONCILIATION_INTERVAL: '0', ...environment });
      till.base = next.url;
      recorder.target = hook(next.url);
      await sleep(stage.amount(2_000, 300));
      await service.terminate();
      service = next;
    };
    const someTime = () => sleep(stage.amount(4_000, 700));
    await underLoad(CLIENTS, buyers.pay, async () => {
      await someTime();
      await stripe.control('settings', { secret_keys: [OLD_KEY, NEW_KEY] });
      await deploy({ STRIPE_SECRET_KEY: NEW_KEY, STRIPE_WEBHOOK_SECRETS: `${WEBHOOK_SECRET},${NEW_SECRET}` });
      stripe.useKey(NEW_KEY);
      await stripe.control('settings', { secret_keys: [NEW_KEY] });
      stage.progress('the new key is in use');
      await someTime();
      await stripe.control('settings', { webhook_secrets: [NEW_SECRET] });
      await someTime();
      await deploy({ STRIPE_SECRET_KEY: NEW_KEY, STRIPE_WEBHOOK_SECRETS: NEW_SECRET });
      stage.progress('the new secret is in use');
      await someTime();
    });
    const paid = await settle(
      PATIENCE_MS,
      () => till.orders("status = 'paid'"),
      (count) => count === buyers.paid,
    );
    const figures = [
      info('payments', buyers.paid),
      none('failed', buyers.failed),
      exactly('orders paid', paid, buyers.paid),
      info(
        'events',
        [...recorder.statuses.values()].reduce((sum, count) => sum + count, 0),
      ),
      none('events refused', recorder.statuses.get(400) ?? 0),
    ];
    await recorder.stop();
    return figures;
  },
};

/** People who pay, one order after the other. */
class Buyers {
  paid = 0;
  failed = 0;

  constructor(private readonly market: Market) {}

  readonly pay = async (): Promise<void> => {
    const { till, customer, product, platform } = this.market;
    const { intent } = await till.sell(customer, product);
    const status = await platform.stripe.confirm(intent);
    if (status === 'succeeded') this.paid++;
    else this.failed++;
  };
}

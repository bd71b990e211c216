import { type Labels, type Metric, Metrics, NoMetrics } from '@app/telemetry';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { away } from '../../../../test/support/fake-payment-provider.js';
import { PaymentsService, type TestUser } from '../../../../test/support/payments-service.js';
import { MISMATCHES } from '../payments/payment-events.js';
import { PaymentSync } from '../payments/payment-sync.js';
import { watchPayments } from './watch-payments.js';

const ADA: TestUser = { user_id: 1, role: 'customer' };
const STAFF: TestUser = { user_id: 8, role: 'staff' };

/** The gauges by name. */
class Gauges extends NoMetrics {
  readonly read: Record<string, () => number | Promise<number>> = {};

  override watch(metric?: Metric, _?: Labels, read: () => number | Promise<number> = () => 0): void {
    if (metric) this.read[metric.name] = read;
  }

  async values(): Promise<Record<string, number>> {
    const entries = Object.entries(this.read).map(async ([name, read]) => [name, Math.round(await read())] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
}

describeOnEachDatabase('what is watched of payments', (databaseUrl) => {
  let service: PaymentsService;
  const gauges = new Gauges();
  beforeAll(async () => {
    service = await PaymentsService.start(databaseUrl());
    watchPayments(gauges, service.database, service.clock);
  }, 60_000);
  afterAll(() => service?.stop());

  const paid = async (amount?: number) => {
    const { order_id } = service.order();
    const { body } = await service.call(ADA, 'POST', `/orders/${order_id}/payments`, { body: { method: 'card' } });
    const [id, ref] = [Number(body['payment_id']), String(body['provider_ref'])];
    service.provider.pay(ref, amount === undefined ? {} : { amount });
    await service.app.get(PaymentSync).sync(id);
    return { id, ref };
  };

  it('nothing waits at first', async () => {
    expect(await gauges.values()).toEqual({ provider_events_lag_seconds: 0, refunds_lag_seconds: 0 });
  });

  it('events and refunds that wait have an age, until they are looked after', async () => {
    const { id, ref } = await paid();
    service.provider.before = away('fetch', 'refund');
    await service.webhook(service.provider.tell('charge.refunded', ref));
    await service.call(STAFF, 'POST', `/payments/${id}/refunds`, { body: { reason: 'other' } });
    service.clock.advance(4_000_000);
    const waiting = await gauges.values();
    expect(waiting['provider_events_lag_seconds']).toBeGreaterThanOrEqual(4_000);
    expect(waiting['refunds_lag_seconds']).toBeGreaterThanOrEqual(4_000);
    await service.database.execute('UPDATE provider_events SET next_try_at = NULL');
    await service.database.execute('UPDATE refunds SET next_try_at = NULL');
    expect(await gauges.values()).toEqual({ provider_events_lag_seconds: 0, refunds_lag_seconds: 0 });
    service.provider.before = () => undefined;
  });

  it('a mismatch is counted once', async () => {
    const count = jest.spyOn(service.app.get(Metrics), 'count');
    const { id } = await paid(1_100);
    await service.app.get(PaymentSync).sync(id);
    expect(count.mock.calls.filter(([metric]) => metric === MISMATCHES)).toHaveLength(1);
  });
});

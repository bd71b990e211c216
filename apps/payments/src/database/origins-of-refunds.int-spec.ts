import { Database, openDataSource } from '@app/database';
import { describeOnEachDatabase } from '../../../../test/support/databases.js';
import { paymentsDatabase } from './data-source.js';
import { TellOriginsOfRefunds20261203000010 } from './migrations/20261203000010-tell-origins-of-refunds.js';

const SEEN = new Date('2026-12-01T12:00:00.000Z');
const LATER = new Date('2026-12-01T12:00:01.000Z');

interface Row {
  refund_ref: string;
  provider_ref: string;
  reason: string;
  note?: string;
  requested_by?: number;
  updated_at: Date;
}

describeOnEachDatabase('refunds that an earlier release made', (databaseUrl) => {
  let database: Database;
  beforeAll(async () => {
    database = new Database(await openDataSource(paymentsDatabase({ url: databaseUrl(), poolSize: 2 })));
  }, 60_000);
  afterAll(() => database?.close());

  const migration = async (way: 'up' | 'down') => {
    const runner = database.dataSource.createQueryRunner();
    await new TellOriginsOfRefunds20261203000010()[way](runner).finally(() => runner.release());
  };
  /** Of 1,000 that were captured. */
  const payment = async (refunded: number): Promise<number> => {
    const { insertId } = await database.execute(
      `INSERT INTO payments (payment_ref, order_id, order_ref, user_id, customer_email, method, provider, provider_ref,
         status, amount, currency, captured_on_shipment, authorized_amount, captured_amount, refunded_amount,
         refunding_amount, disputed_amount, mismatch, syncs, created_at, updated_at, version)
       VALUES (?, 1, 'order', 1, '', 'card', 'stripe', ?, 'captured', 1000, 'USD', ?, 1000, 1000, ?, 0, 0, ?, 1, ?, ?, 1)`,
      [`payment-${refunded}`, `pi_${refunded}`, false, refunded, false, SEEN, SEEN],
    );
    return insertId;
  };
  const refund = async (paymentId: number, row: Row): Promise<void> => {
    const { refund_ref, provider_ref, reason, note = null, requested_by = null, updated_at } = row;
    await database.execute(
      `INSERT INTO refunds (refund_ref, payment_id, provider_ref, status, amount, reason, note, requested_by, attempts,
         created_at, updated_at) VALUES (?, ?, ?, 'succeeded', 100, ?, ?, ?, 0, ?, ?)`,
      [refund_ref, paymentId, provider_ref, reason, note, requested_by, SEEN, updated_at],
    );
  };
  const origins = async () => {
    const rows = await database.query<{ refund_ref: string; origin: string }>('SELECT refund_ref, origin FROM refunds');
    return Object.fromEntries(rows.map(({ refund_ref, origin }) => [refund_ref, origin]));
  };

  it('say who wanted them, as far as it can be told, and those that it makes beside this one', async () => {
    await migration('down');
    const [whole, part] = [await payment(1_000), await payment(100)];
    const [ours, theirs] = [
      { provider_ref: 're_1', updated_at: LATER },
      { provider_ref: 're_2', updated_at: SEEN },
    ];
    await refund(part, { ...ours, refund_ref: 'asked for', reason: 'other', requested_by: 8 });
    await refund(part, { ...theirs, refund_ref: 'with a note', reason: 'other', note: 'Sorry' });
    await refund(whole, { ...ours, refund_ref: 'of a return', reason: 'returned' });
    await refund(part, { ...ours, provider_ref: 're_3', refund_ref: 'paid twice', reason: 'duplicate' });
    await refund(whole, { ...ours, provider_ref: 're_4', refund_ref: 'of a cancelled order', reason: 'other' });
    await refund(whole, { ...theirs, refund_ref: 'at the provider', reason: 'other' });
    await refund(part, { ...ours, provider_ref: 're_5', refund_ref: 'pending there at first', reason: 'other' });
    await refund(part, { ...theirs, provider_ref: 'by hand', refund_ref: 'by hand', reason: 'other' });
    await migration('up');
    await refund(part, { ...ours, provider_ref: 're_6', refund_ref: 'during the deployment', reason: 'duplicate' });
    expect(await origins()).toEqual({
      'asked for': 'staff',
      'with a note': 'staff',
      'of a return': 'staff',
      'paid twice': 'order',
      'of a cancelled order': 'order',
      'at the provider': 'provider',
      'pending there at first': 'provider',
      'by hand': 'staff',
      'during the deployment': 'staff',
    });
  });
});

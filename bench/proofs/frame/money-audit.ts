import { settle } from './load.js';
import type { ProofPlatform } from './platform.js';

/** Minor units. */
export interface MoneyAudit {
  /** Captured at the provider or in hand. */
  captured: number;
  refunded: number;
  /** Orders that were covered and are not cancelled keep this together. */
  kept: number;
  /** Payments whose amounts at the provider are not ours. */
  differing: string[];
  /** Orders that keep money they must not keep, or lack money they count as paid by. */
  wrong: string[];
  /** Refunds that have not ended. */
  pending: number;
}

interface PaymentRow {
  payment_ref: string;
  order_ref: string;
  provider: string;
  provider_ref: string | null;
  captured: number;
  refunded: number;
  disputed: number;
  /** Refunded by the will of staff, not as a surplus. */
  willing: number;
  mismatch: number;
}

interface OrderRow {
  order_ref: string;
  status: string;
  total: number;
  /** Of the total, what was cancelled or came back. */
  credited: number;
}

export type Amounts = Pick<PaymentRow, 'captured' | 'refunded' | 'disputed'>;

/** Compares the provider's books with the payments' and the orders'. */
export async function auditMoney(platform: ProofPlatform): Promise<MoneyAudit> {
  const atProvider = await providerBooks(platform);
  const payments = await platform.databases.rows<PaymentRow>(
    'payments',
    `SELECT payment_ref, order_ref, provider, provider_ref, captured_amount AS captured,
            refunded_amount + refunding_amount AS refunded, disputed_amount AS disputed, mismatch,
            (SELECT COALESCE(SUM(amount), 0) FROM refunds r
              WHERE r.payment_id = p.payment_id AND r.status <> 'failed' AND r.reason <> 'duplicate') AS willing
       FROM payments p`,
  );
  const pending = "SELECT COUNT(*) FROM refunds WHERE status IN ('requested', 'submitted')";
  const sum = (key: keyof Amounts) => payments.reduce((total, payment) => total + truth(payment, atProvider)[key], 0);
  const kept = new Map<string, number>();
  const taken = new Map<string, number>();
  const willing = new Map<string, number>();
  for (const payment of payments.filter(({ mismatch }) => Number(mismatch) === 0)) {
    const { captured, refunded } = truth(payment, atProvider);
    kept.set(payment.order_ref, (kept.get(payment.order_ref) ?? 0) + captured - refunded);
    taken.set(payment.order_ref, (taken.get(payment.order_ref) ?? 0) + captured);
    willing.set(payment.order_ref, (willing.get(payment.order_ref) ?? 0) + Number(payment.willing));
  }
  const orders = await platform.databases.rows<OrderRow>(
    'orders',
    'SELECT order_ref, status, order_total AS total, credited_total AS credited FROM orders',
  );
  const owed = ({ order_ref, status, total, credited }: OrderRow) => {
    if (status === 'pending' || status === 'cancelled') return 0;
    // What was credited before it was paid was never taken.
    const untaken = Math.min(Number(credited), Math.max(0, Number(total) - (taken.get(order_ref) ?? 0)));
    return Number(total) - untaken - (willing.get(order_ref) ?? 0);
  };
  const wrong = orders.filter((order) => (kept.get(order.order_ref) ?? 0) !== owed(order));
  return {
    captured: sum('captured'),
    refunded: sum('refunded'),
    kept: orders.reduce((all, order) => all + owed(order), 0),
    differing: payments.filter((payment) => differs(payment, atProvider)).map(({ payment_ref }) => payment_ref),
    wrong: wrong.map(({ order_ref, status }) => `${order_ref} (${status}) keeps ${kept.get(order_ref) ?? 0}`),
    pending: await platform.databases.number('payments', pending),
  };
}

/** Audits until provider, payments and orders agree; after `ms`, returns the last audit. Adds how long it took. */
export async function agreedMoney(platform: ProofPlatform, ms: number): Promise<MoneyAudit & { seconds: number }> {
  const began = Date.now();
  const agrees = ({ differing, wrong, pending }: MoneyAudit) => differing.length + wrong.length + pending === 0;
  const audit = await settle(ms, () => auditMoney(platform), agrees, 500);
  for (const line of [...audit.differing, ...audit.wrong].slice(0, 5)) process.stderr.write(`  disagrees: ${line}\n`);
  return { ...audit, seconds: (Date.now() - began) / 1_000 };
}

function truth(payment: PaymentRow, atProvider: ReadonlyMap<string, Amounts>): Amounts {
  const { captured, refunded, disputed, provider, provider_ref } = payment;
  if (provider === 'manual')
    return { captured: Number(captured), refunded: Number(refunded), disputed: Number(disputed) };
  return atProvider.get(provider_ref ?? '') ?? { captured: 0, refunded: 0, disputed: 0 };
}

function differs(payment: PaymentRow, atProvider: ReadonlyMap<string, Amounts>): boolean {
  const { captured, refunded, disputed } = truth(payment, atProvider);
  const ours = [payment.captured, payment.refunded, payment.disputed].map(Number);
  return [captured, refunded, disputed].some((amount, index) => amount !== ours[index]);
}

/** What the provider has of each payment, by intent. */
export async function providerBooks({ stripe }: ProofPlatform): Promise<Map<string, Amounts>> {
  const books = new Map<string, Amounts>();
  for (const { id, amount_received } of await stripe.intents())
    books.set(id, { captured: amount_received, refunded: 0, disputed: 0 });
  const of = (intent: unknown) => books.get(String(intent));
  for (const { payment_intent, amount, status } of await stripe.refunds()) {
    const book = of(payment_intent);
    if (book && status !== 'failed' && status !== 'canceled') book.refunded += amount;
  }
  for (const { payment_intent, amount, status } of await stripe.disputes()) {
    const book = of(payment_intent);
    if (book && status !== 'won') book.disputed += amount;
  }
  return books;
}

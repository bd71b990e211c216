import { array, assert, integer, nat, property, shuffledSubarray } from 'fast-check';
import type { ProviderPayment } from '../providers/provider-payment.js';
import { amountsOf, ENTRY_KINDS, type Movement } from './ledger.js';
import { PAYMENT_STATUSES, TRANSITIONS } from './payment-status.js';
import { Payment } from './payment.entity.js';
import { applyProviderState, type Fact } from './provider-state.js';
import { Refund } from './refund.entity.js';

const AT = new Date('2026-12-01T12:00:00Z');

const payment = (more: Partial<Payment> = {}) =>
  Object.assign(new Payment(), {
    paymentId: 1,
    orderId: 42,
    openOrderId: 42,
    status: 'created',
    amount: 1_000,
    currency: 'USD',
    captureAmount: null,
    mismatch: false,
    nextCheckAt: null,
    ...more,
  });

const seen = (more: Partial<ProviderPayment> = {}): ProviderPayment => ({
  provider_ref: 'pi_1',
  status: 'created',
  amount: 1_000,
  currency: 'USD',
  authorized_amount: 0,
  captured_amount: 0,
  charge_ref: 'ch_1',
  capture_before: null,
  client_secret: 'secret',
  failure: null,
  metadata: {},
  refunds: [],
  disputes: [],
  ...more,
});
const refund = (n: number, amount: number, status: 'pending' | 'succeeded' | 'failed' = 'succeeded') => ({
  provider_ref: `re_${n}`,
  refund_ref: null,
  amount,
  status,
  failure_code: status === 'failed' ? 'declined' : null,
});

/** Keeps what would be stored, and applies states to it. */
class Stored {
  readonly entries: Movement[] = [];
  readonly refunds: Refund[] = [];
  readonly facts: Fact[] = [];
  readonly payment = payment();

  apply(state: ProviderPayment): boolean {
    const { changed, movements, refunds, facts } = applyProviderState(this.payment, this, structuredClone(state), AT);
    this.entries.push(...movements);
    for (const each of refunds) if (!this.refunds.includes(each)) this.refunds.push(each);
    this.facts.push(...facts);
    return changed;
  }

  get told(): string[] {
    return this.facts.map(({ type }) => type);
  }
}

const PAID = { status: 'captured', authorized_amount: 1_000, captured_amount: 1_000 } as const;
const FAILURE = { code: 'generic_decline', message: 'No.' };

/** Everything that happens to one payment, in its order: the provider has seven events for it. */
const STORY: ProviderPayment[] = [
  seen(),
  seen({ status: 'failed', failure: FAILURE }),
  seen({ status: 'requires_action' }),
  seen({ status: 'processing' }),
  seen(PAID),
  seen({ ...PAID, refunds: [refund(1, 300)] }),
  seen({ ...PAID, refunds: [refund(1, 300)], disputes: [{ provider_ref: 'dp_1', amount: 200, status: 'open' }] }),
];

describe('what the provider says', () => {
  it('(2) order, repetition and loss of events cannot matter: each fetches the payment of its moment', () => {
    const end = (states: ProviderPayment[]) => {
      const stored = new Stored();
      for (const state of states) stored.apply(state);
      const { payment: row, entries } = stored;
      return { row, entries: [...entries].sort((a, b) => (a.kind < b.kind ? -1 : 1)), told: stored.told };
    };
    const whole = end(STORY);
    assert(
      property(
        shuffledSubarray(STORY.map((_, n) => n)),
        array(nat(STORY.length - 1), { maxLength: 10 }),
        (some, more) => {
          // Whatever wakes us, we see the payment as it is then; time does not run backwards.
          const moments = [...some, ...more].sort((a, b) => a - b).map((n) => STORY[n] ?? seen());
          const last = STORY.at(-1) ?? seen();
          const { row, entries, told } = end([...moments, last, last]);
          expect({ row, entries }).toEqual({ row: whole.row, entries: whole.entries });
          for (const once of ['payment.captured', 'payment.refunded', 'payment.disputed']) {
            expect(told.filter((type) => type === once)).toHaveLength(1);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('the same again changes nothing and tells nothing', () => {
    const stored = new Stored();
    for (const state of STORY) {
      stored.apply(state);
      const { length } = stored.facts;
      expect([stored.apply(state), stored.facts.length]).toEqual([false, length]);
    }
  });

  it('no step leads out of the table, whatever the provider says', () => {
    for (const from of PAYMENT_STATUSES) {
      for (const to of PAYMENT_STATUSES) {
        const row = payment({ status: from });
        applyProviderState(row, { entries: [], refunds: [] }, seen({ status: to }), AT);
        expect([from, to, row.status]).toEqual([from, to, TRANSITIONS[from].includes(to) ? to : from]);
        expect(row.openOrderId).toBe(TRANSITIONS[row.status].length > 0 ? 42 : null);
      }
    }
  });

  it('only authorised and captured money touches an order', () => {
    const stored = new Stored();
    for (const status of ['created', 'requires_action', 'processing', 'requires_action'] as const) {
      stored.apply(seen({ status }));
    }
    expect(stored.told).toEqual([]);
  });

  it('a refund that was made at the provider is adopted', () => {
    const stored = new Stored();
    stored.apply(seen(PAID));
    stored.apply(seen({ ...PAID, refunds: [refund(1, 400, 'pending')] }));
    expect([stored.payment.refundedAmount, stored.payment.refundingAmount]).toEqual([0, 400]);
    stored.apply(seen({ ...PAID, refunds: [refund(1, 400)] }));
    expect([stored.payment.refundedAmount, stored.payment.refundingAmount]).toEqual([400, 0]);
    expect(stored.payment.refundableAmount).toBe(600);
    expect(stored.refunds).toMatchObject([{ providerRef: 're_1', status: 'succeeded', origin: 'provider' }]);
  });

  it('a refund that fails after it had succeeded is money again', () => {
    const stored = new Stored();
    stored.apply(seen({ ...PAID, refunds: [refund(1, 400)] }));
    stored.apply(seen({ ...PAID, refunds: [refund(1, 400, 'failed')] }));
    expect(stored.payment).toMatchObject({ refundedAmount: 0, refundableAmount: 1_000 });
    expect(stored.entries.map(({ kind }) => kind)).toEqual(['authorized', 'captured', 'refunded', 'refund_failed']);
    expect(stored.told).toEqual(['payment.captured', 'payment.refunded', 'payment.refund-failed']);
  });

  it.each([
    ['failed', { refundedAmount: 0, refundableAmount: 1_000 }, ['payment.captured']],
    ['succeeded', { refundedAmount: 400, refundableAmount: 600 }, ['payment.captured', 'payment.refunded']],
    ['pending', { refundingAmount: 400, refundableAmount: 600 }, ['payment.captured']],
  ] as const)('a refund that was given up and is %s at the provider is what it is there', (status, amounts, told) => {
    const stored = new Stored();
    stored.apply(seen(PAID));
    const givenUp = { refundRef: 'r-1', providerRef: null, status: 'failed', amount: 400, nextTryAt: null } as const;
    stored.refunds.push(Object.assign(new Refund(), givenUp));
    stored.apply(seen({ ...PAID, refunds: [{ ...refund(1, 400, status), refund_ref: 'r-1' }] }));
    expect(stored.payment).toMatchObject(amounts);
    expect(stored.told).toEqual(told);
  });

  it('amounts in another currency are not added to ours', () => {
    const stored = new Stored();
    stored.apply(seen({ ...PAID, currency: 'EUR', refunds: [refund(1, 1)] }));
    expect(stored.payment).toMatchObject({ status: 'captured', capturedAmount: 0, mismatch: true });
    expect(stored.facts).toEqual([{ type: 'payment.mismatch', amount: 1_000, currency: 'EUR' }]);
  });

  it('an authorised amount that is captured in part releases the rest', () => {
    const stored = new Stored();
    stored.apply(seen({ status: 'authorized', authorized_amount: 1_000 }));
    stored.payment.captureAmount = 600;
    stored.apply(seen({ status: 'captured', authorized_amount: 1_000, captured_amount: 600 }));
    expect(stored.payment).toMatchObject({ authorizedAmount: 600, capturedAmount: 600, mismatch: false });
  });
});

describe('the ledger', () => {
  it('amounts are the sums of the movements, in any order, and opposite movements end at zero', () => {
    const movement = integer({ min: 0, max: ENTRY_KINDS.length - 1 }).chain((kind) =>
      integer({ min: 1, max: 1_000_000 }).map((amount) => ({
        kind: ENTRY_KINDS[kind] ?? 'captured',
        amount,
        providerRef: `x_${amount}`,
      })),
    );
    assert(
      property(array(movement, { maxLength: 30 }), (movements) => {
        const text = (of: readonly Movement[]) => JSON.stringify(amountsOf(of));
        const undone = movements.flatMap((each): Movement[] => {
          const opposite = { refunded: 'refund_failed', disputed: 'dispute_won', authorized: 'released' } as const;
          return each.kind in opposite ? [{ ...each, kind: opposite[each.kind as keyof typeof opposite] }] : [];
        });
        const forward = movements.filter(({ kind }) => ['refunded', 'disputed', 'authorized'].includes(kind));
        const zero = text([]);
        return text([...movements].reverse()) === text(movements) && text([...forward, ...undone]) === zero;
      }),
      { numRuns: 10_000 },
    );
  });

  it('the sums are what the provider says, for any state', () => {
    const share = integer({ min: 1, max: 100 });
    assert(
      property(array(share, { maxLength: 5 }), array(share, { maxLength: 3 }), (refunds, disputes) => {
        const stored = new Stored();
        stored.apply(
          seen({
            ...PAID,
            refunds: refunds.map((amount, n) => refund(n, amount)),
            disputes: disputes.map((amount, n) => ({ provider_ref: `dp_${n}`, amount, status: 'lost' })),
          }),
        );
        const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
        expect(stored.payment).toMatchObject({ refundedAmount: sum(refunds), disputedAmount: sum(disputes) });
      }),
      { numRuns: 300 },
    );
  });
});

import type { ProviderPayment } from '../providers/provider-payment.js';

/** How each kind of movement counts in each amount of a payment. */
const EFFECTS = {
  authorized: { authorized: 1 },
  /** Of an authorised amount that was not captured. */
  released: { authorized: -1 },
  captured: { captured: 1 },
  refunded: { refunded: 1 },
  /** The customer's bank has sent a refund back. */
  refund_failed: { refunded: -1 },
  disputed: { disputed: 1 },
  dispute_won: { disputed: -1 },
} as const satisfies Record<string, Partial<Record<keyof Amounts, 1 | -1>>>;

export type EntryKind = keyof typeof EFFECTS;
export const ENTRY_KINDS = Object.keys(EFFECTS) as EntryKind[];

export interface Movement {
  kind: EntryKind;
  /** Minor units. */
  amount: number;
  providerRef: string;
}

/** Minor units. */
export interface Amounts {
  authorized: number;
  captured: number;
  refunded: number;
  disputed: number;
}

/** The amounts of a payment are the sums of its movements, whatever their order. */
export function amountsOf(movements: readonly Movement[]): Amounts {
  const amounts: Amounts = { authorized: 0, captured: 0, refunded: 0, disputed: 0 };
  for (const { kind, amount } of movements) {
    const effects: Partial<Record<keyof Amounts, number>> = EFFECTS[kind];
    for (const [name, sign] of Object.entries(effects)) amounts[name as keyof Amounts] += sign * amount;
  }
  return amounts;
}

/**
 * The movements behind the state of a payment at its provider that `known` lacks. Of a refund or a dispute that has
 * ended, the state does not tell whether money moved both ways; then `known` does.
 */
export function missingMovements(seen: ProviderPayment, known: readonly Movement[]): Movement[] {
  const has = (kind: EntryKind, ref: string) => known.some((each) => each.kind === kind && each.providerRef === ref);
  return movementsOf(seen, has).filter(({ kind, amount, providerRef }) => amount > 0 && !has(kind, providerRef));
}

function movementsOf(seen: ProviderPayment, has: (kind: EntryKind, ref: string) => boolean): Movement[] {
  const { status, charge_ref: charge, authorized_amount: authorized, captured_amount: captured } = seen;
  const isOver = status === 'captured' || status === 'cancelled';
  return [
    { kind: 'authorized', amount: authorized, providerRef: charge },
    { kind: 'captured', amount: captured, providerRef: charge },
    { kind: 'released', amount: isOver ? authorized - captured : 0, providerRef: charge },
    ...seen.refunds.flatMap(({ status: refund, provider_ref: providerRef, amount }): Movement[] => {
      if (refund === 'succeeded') return [{ kind: 'refunded', amount, providerRef }];
      return refund === 'failed' && has('refunded', providerRef)
        ? [{ kind: 'refund_failed', amount, providerRef }]
        : [];
    }),
    ...seen.disputes.flatMap(({ status: dispute, provider_ref: providerRef, amount }): Movement[] => {
      if (dispute !== 'won') return [{ kind: 'disputed', amount, providerRef }];
      return has('disputed', providerRef) ? [{ kind: 'dispute_won', amount, providerRef }] : [];
    }),
  ];
}

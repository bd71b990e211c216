import { formatMoney, parseMoney } from '@app/kernel';
import { MAX_ITEMS_TOTAL, MAX_ITEMS_WEIGHT } from './max-totals.js';
import { wrongStep } from './pricing.errors.js';
import type { ShippingBasis, ShippingStep } from './shipping.js';

/** A step as it is written: `from` is an amount or grams, whatever the method goes by. */
export interface WrittenStep {
  from: string;
  /** Minor units. */
  price: number;
}

/**
 * Reads steps, and sorts them.
 *
 * @throws DomainError `validation-failed` for a step that begins nowhere, or where another one does
 */
export function readSteps(steps: readonly WrittenStep[], by: ShippingBasis, currency: string): ShippingStep[] {
  const known = new Set<number>();
  const read = steps.map(({ from, price }, index) => {
    const start = by === 'weight' ? readWeight(from) : parseMoney(from, currency);
    const max = by === 'weight' ? MAX_ITEMS_WEIGHT : MAX_ITEMS_TOTAL;
    if (start === undefined || start > max) throw wrongStep(index, `must be ${formOf(by, currency)}`);
    if (known.has(start)) throw wrongStep(index, 'must differ from that of the other steps');
    known.add(start);
    return { from: start, price };
  });
  return read.sort((a, b) => a.from - b.from);
}

export function writeStart(from: number, by: ShippingBasis, currency: string): string {
  return by === 'weight' ? String(from) : formatMoney(from, currency);
}

function readWeight(text: string): number | undefined {
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined;
}

function formOf(by: ShippingBasis, currency: string): string {
  if (by === 'weight') return `whole grams such as "1000", from 0 to ${MAX_ITEMS_WEIGHT}`;
  return `an amount such as "${formatMoney(5_000, currency)}", from 0 to ${formatMoney(MAX_ITEMS_TOTAL, currency)}`;
}

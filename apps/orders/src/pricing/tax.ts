import { formatMoney, formatRate, PER_MILLION, roundHalfUp } from '@app/kernel';
import type { Place } from './place.js';

/** A rate of tax, and where and when it applies to what. */
export interface TaxRule {
  taxRateId: number;
  name: string;
  country: string;
  /** As `regionKey` writes it; null for all regions. */
  region: string | null;
  /** As `postalKey` writes it; null for all postal codes. */
  postalPrefix: string | null;
  taxCategory: string;
  /** Parts per million. */
  rate: number;
  /** Whether shipping may be taxed at this rate. */
  includesShipping: boolean;
  /** Inclusive; null for ever before. */
  validFrom: Date | null;
  /** Exclusive; null for ever after. */
  validTo: Date | null;
}

/** A part of the tax of a quote. */
export interface TaxLine {
  name: string;
  /** Parts per million. */
  rate: number;
  /** Minor units. */
  amount: number;
}

/** An amount of tax, and the rule by which it is due; without one it is 0. */
export interface Taxed {
  rule: TaxRule | undefined;
  tax: number;
}

/** The earliest time that a Date holds. */
const EVER = -8.64e15;

/**
 * Returns the most specific rule for goods of a category: that with the longest postal prefix, then one for a region,
 * then the one that is valid since the latest time, then the newest.
 */
export function taxRule(rules: readonly TaxRule[], category: string, place: Place, at: Date): TaxRule | undefined {
  const [rule] = rules
    .filter((each) => each.taxCategory === category && appliesIn(each, place) && isValid(each, at))
    .toSorted(mostSpecificFirst);
  return rule;
}

/** Returns the tax on an amount (half up), or within it if the amount includes tax. */
export function taxOn(amount: number, rule: TaxRule | undefined, included: boolean): Taxed {
  const rate = rule?.rate ?? 0;
  return { rule, tax: roundHalfUp(amount, rate, included ? PER_MILLION + rate : PER_MILLION) };
}

/** Returns the rule for shipping: the highest rate among those of the goods that include shipping. */
export function shippingRule(ofLines: readonly Taxed[]): TaxRule | undefined {
  const rules = ofLines.flatMap(({ rule }) => (rule?.includesShipping ? [rule] : []));
  return rules.toSorted(highestFirst)[0];
}

/** Returns the sums by name and rate, the highest rate first. They sum to the whole tax. */
export function taxLines(all: readonly Taxed[]): TaxLine[] {
  const lines = new Map<string, TaxLine>();
  for (const { rule, tax } of all) {
    if (!rule) continue;
    const { name, rate } = rule;
    const key = `${rate} ${name}`;
    lines.set(key, { name, rate, amount: (lines.get(key)?.amount ?? 0) + tax });
  }
  return [...lines.values()].sort(highestFirst);
}

/** Returns the line with its rate and its amount as decimal strings. */
export function writeTaxLine({ name, rate, amount }: TaxLine, currency: string) {
  return { name, rate: formatRate(rate), amount: formatMoney(amount, currency) };
}

function appliesIn({ country, region, postalPrefix }: TaxRule, place: Place): boolean {
  return (
    country === place.country &&
    (region === null || region === place.region) &&
    (postalPrefix === null || (place.postalCode?.startsWith(postalPrefix) ?? false))
  );
}

function isValid({ validFrom, validTo }: TaxRule, at: Date): boolean {
  return (validFrom === null || validFrom <= at) && (validTo === null || at < validTo);
}

function mostSpecificFirst(a: TaxRule, b: TaxRule): number {
  const prefix = ({ postalPrefix }: TaxRule) => postalPrefix?.length ?? 0;
  const region = (rule: TaxRule) => (rule.region === null ? 0 : 1);
  const since = ({ validFrom }: TaxRule) => validFrom?.getTime() ?? EVER;
  return prefix(b) - prefix(a) || region(b) - region(a) || since(b) - since(a) || b.taxRateId - a.taxRateId;
}

/** By name among equal rates, so that the order of the lines makes no difference. */
function highestFirst(a: Pick<TaxLine, 'name' | 'rate'>, b: Pick<TaxLine, 'name' | 'rate'>): number {
  return b.rate - a.rate || (a.name < b.name ? -1 : Number(a.name > b.name));
}

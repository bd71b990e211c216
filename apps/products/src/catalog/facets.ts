import { rangeText } from './price-ranges.js';

/** What each product has at most one of, as a column of its rows. */
export const PLAIN_FACETS = ['category', 'price', 'in_stock'] as const;
export type PlainFacet = (typeof PLAIN_FACETS)[number];

const OPTION = 'option.';

/** How many facets may be asked for at once, and how many values each shows. */
export const MAX_FACETS = 5;
export const MAX_VALUES = 50;

export interface FacetValue {
  /** As it is sent to filter by it; of a price, the ends as min_price and max_price. */
  value: string;
  count: number;
}

/** The values of each facet that was asked for. */
export interface Facets {
  values: Record<string, FacetValue[]>;
  /** Whether all matching products were counted. */
  exact: boolean;
}

export function isPlain(name: string): name is PlainFacet {
  return PLAIN_FACETS.some((plain) => plain === name);
}

/** Returns the option that the facet is of; undefined for another facet. */
export function optionOf(name: string): string | undefined {
  return name.startsWith(OPTION) ? name.slice(OPTION.length) : undefined;
}

/** A value of a facet in a row, and how many products have it. */
export interface CountedRow {
  value: string | number | null;
  n: number;
}

/** Returns what a facet shows: prices by amount, others by how many have them. Products without a value do not count. */
export function facetValues(name: string, rows: readonly CountedRow[], currency: string): FacetValue[] {
  const counts = new Map<string | number, number>();
  for (const { value, n } of rows) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + n);
  const found = [...counts];
  if (name === 'price') {
    const inOrder = found.sort(([a], [b]) => Number(a) - Number(b));
    return inOrder.map(([range, count]) => ({ value: rangeText(Number(range), currency), count }));
  }
  const text = (value: string | number) => (name === 'in_stock' ? String(Number(value) === 1) : String(value));
  const named = found.map(([value, count]) => ({ value: text(value), count }));
  return named.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, MAX_VALUES);
}

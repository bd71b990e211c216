import { isDeepStrictEqual } from 'node:util';
import type { ProductLine, StoredProduct } from './bulk.repository.js';

/** The number of lines of a batch by result. */
export interface Outcome {
  inserted: number;
  updated: number;
  unchanged: number;
}

/** Returns new and changed products; the changed ones in the order of ids in which every transaction locks. */
export function differences(lines: readonly ProductLine[], stored: ReadonlyMap<string, StoredProduct>) {
  const fresh = lines.filter(({ sku }) => !stored.has(sku));
  const changed = lines.flatMap((line) => {
    const before = stored.get(line.sku);
    const after = before && changedBy(before, line);
    return after ? [after] : [];
  });
  return { fresh, changed: changed.sort((a, b) => a.productId - b.productId) };
}

function changedBy(before: StoredProduct, line: ProductLine): StoredProduct | undefined {
  const { name, price, description = before.description } = line;
  // The main one of its categories names it.
  const { category = before.category } = before.isInCategories ? before : line;
  const { weight_grams: weightGrams = before.weightGrams, tax_category: taxCategory = before.taxCategory } = line;
  const after = { ...before, name, price, description, category, weightGrams, taxCategory };
  return isDeepStrictEqual(after, before) ? undefined : after;
}

export function outcomeOf(all: readonly unknown[], fresh: readonly unknown[], changed: readonly unknown[]): Outcome {
  return { inserted: fresh.length, updated: changed.length, unchanged: all.length - fresh.length - changed.length };
}

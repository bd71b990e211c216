import type { PresentProduct, ProductLine } from './bulk.repository.js';

/** What became of the lines of a batch. */
export interface Outcome {
  inserted: number;
  updated: number;
  unchanged: number;
}

/** What is new, and what differs, in the order of ids in which everybody locks. */
export function differences(lines: readonly ProductLine[], present: ReadonlyMap<string, PresentProduct>) {
  const fresh = lines.filter(({ sku }) => !present.has(sku));
  const changed = lines.flatMap((line) => {
    const before = present.get(line.sku);
    const after = before && changedBy(before, line);
    return after ? [after] : [];
  });
  return { fresh, changed: changed.sort((a, b) => a.productId - b.productId) };
}

function changedBy(before: PresentProduct, line: ProductLine): PresentProduct | undefined {
  const { name, price, description = before.description, category = before.category } = line;
  const same =
    name === before.name &&
    price === before.price &&
    description === before.description &&
    category === before.category;
  return same ? undefined : { ...before, name, price, description, category };
}

export function outcomeOf(all: readonly unknown[], fresh: readonly unknown[], changed: readonly unknown[]): Outcome {
  return { inserted: fresh.length, updated: changed.length, unchanged: all.length - fresh.length - changed.length };
}

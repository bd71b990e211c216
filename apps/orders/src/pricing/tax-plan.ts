import { isDeepStrictEqual } from 'node:util';
import { type TaxFields, taxKey, type TaxRow } from './tax-fields.js';
import type { TaxRate } from './tax-rate.entity.js';

/** What an import does to make the stored rates those of a file. */
export interface TaxPlan {
  inserted: TaxRow[];
  updated: (TaxRow & { rate: TaxRate })[];
  /** Older rates under the key of a row: of several the newest applies, so the others are doubles. */
  removed: TaxRate[];
  unchanged: number;
}

/** @param stored the oldest first */
export function planImport(rows: readonly TaxRow[], stored: readonly TaxRate[]): TaxPlan {
  const known = Map.groupBy(stored, taxKey);
  const plan: TaxPlan = { inserted: [], updated: [], removed: [], unchanged: 0 };
  for (const row of rows) {
    const same = known.get(taxKey(row.fields)) ?? [];
    const rate = same.at(-1);
    plan.removed.push(...same.slice(0, -1));
    if (!rate) plan.inserted.push(row);
    else if (isSame(rate, row.fields)) plan.unchanged += 1;
    else plan.updated.push({ ...row, rate });
  }
  return plan;
}

function isSame(rate: TaxRate, fields: TaxFields): boolean {
  return isDeepStrictEqual({ ...rate, ...fields }, { ...rate });
}

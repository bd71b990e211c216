import { forgedCursor, type Run } from '@app/database';
import type { ListRequest } from '@app/kernel';
import type { Condition, ProductSearch } from './product-search.js';
import type { Terms } from './search-terms.js';

/** The default sort order of a search; only lists with `q` have it. */
export const RELEVANCE = 'relevance';

/** A product's position in a list by relevance: the tier, 0 is best, and within a tier the newest first. */
export type Place = [tier: number, productId: number];

export interface RelevantList {
  tiers: readonly (readonly Terms[])[];
  /** Further conditions. */
  conditions: readonly Condition[];
  table: (join: string) => string;
}

/**
 * Returns the places of the requested page and one more. Runs one statement per tier until there are enough, so the
 * database never ranks all products that a common word finds.
 */
export async function relevantPlaces(
  search: ProductSearch,
  { tiers, conditions, table }: RelevantList,
  { cursor, page = 1, page_size }: ListRequest,
  run: Run,
): Promise<Place[]> {
  const after = cursor && placeOf(cursor, tiers.length);
  const skipped = cursor ? 0 : (page - 1) * page_size;
  const wanted = skipped + page_size + 1;
  const found: Place[] = [];
  for (const [tier, groups] of tiers.entries()) {
    if (found.length >= wanted) break;
    if (after && tier < after[0]) continue;
    const { join, conditions: own } = await search.find(groups);
    const all: Condition[] = [
      ...conditions,
      ...own,
      ...tiers.slice(0, tier).map((better) => search.without(better)),
      ...(after?.[0] === tier ? [['p.product_id < ?', [after[1]]] satisfies Condition] : []),
    ];
    const rows = await run<{ product_id: number }>(
      `SELECT p.product_id FROM ${table(join)} WHERE ${all.map(([sql]) => sql).join(' AND ')} ` +
        `ORDER BY p.product_id DESC LIMIT ${wanted - found.length}`,
      all.flatMap(([, params]) => params),
    );
    for (const { product_id } of rows) found.push([tier, product_id]);
  }
  return found.slice(skipped);
}

function placeOf([tier, productId, ...rest]: (string | number)[], tiers: number): Place {
  const isPlace = Number.isInteger(tier) && Number.isInteger(productId) && rest.length === 0;
  if (!isPlace || Number(tier) < 0 || Number(tier) >= tiers) throw forgedCursor();
  return [Number(tier), Number(productId)];
}

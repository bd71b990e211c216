import { type Database, estimatedRows, inList, runWithin } from '@app/database';
import { CategoryTree, type TreeNode } from './category-tree.js';
import type { Condition } from './product-search.js';
import { padded } from './products.repository.js';

/** Which products of categories a list is of. */
export interface CategoryRequest {
  category_id?: number | undefined;
  /** Also those in the categories below. */
  descendants?: boolean | undefined;
}

/** SQL that finds the products of categories. */
export interface CategoryFinding {
  conditions: Condition[];
  /** About how many products that are at most, where the optimizer cannot tell. */
  most: number;
}

/** Up to so many products are found by their category and sorted; of more, the list is read in its order until it is full. */
const SORTED_ROWS = 5_000;
const EVERYTHING: CategoryFinding = { conditions: [], most: Infinity };

/** Translates a list's categories to SQL, by how many products they have. */
export class CategoryFilter {
  /** `sortedRows`: how many products are found by their category. */
  constructor(
    private readonly database: Database,
    private readonly sortedRows = SORTED_ROWS,
  ) {}

  /** `ms` is the time limit of the list. */
  async find({ category_id: categoryId, descendants = false }: CategoryRequest, ms: number): Promise<CategoryFinding> {
    if (categoryId === undefined) return EVERYTHING;
    const ids = padded(descendants ? await this.branch(categoryId) : [categoryId]);
    const links = `SELECT 1 AS one FROM product_categories pc WHERE pc.category_id ${inList(ids)}`;
    const run = runWithin(this.database, ms);
    const [counted] = await run<{ n: number }>(
      `SELECT COUNT(*) AS n FROM (${links} LIMIT ${this.sortedRows + 1}) counted`,
      ids,
    );
    if (Number(counted?.n) <= this.sortedRows) {
      const among = `(SELECT pc.product_id FROM product_categories pc WHERE pc.category_id ${inList(ids)})`;
      return { conditions: [[`p.product_id IN ${among}`, ids]], most: Infinity };
    }
    const most =
      this.database.dialect === 'mysql'
        ? await estimatedRows(run, { matching: links, params: ids, share: 1 })
        : Infinity;
    // A scalar subquery: neither database makes a join of it, which would begin with all products of the categories.
    const member = `SELECT 1 FROM product_categories pc WHERE pc.product_id = p.product_id AND pc.category_id ${inList(ids)} LIMIT 1`;
    return { conditions: [[`(${member}) = 1`, ids]], most };
  }

  private async branch(categoryId: number): Promise<number[]> {
    const rows = await this.database.query<{ category_id: number; parent_id: number | null }>(
      'SELECT category_id, parent_id FROM categories',
    );
    const nodes = rows.map((row): TreeNode => ({ categoryId: row.category_id, parentId: row.parent_id }));
    return new CategoryTree(nodes).branch(categoryId);
  }
}

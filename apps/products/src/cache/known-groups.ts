import { Database, inList, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const MAX_PRODUCTS = 100_000;
const NONE = 0;

/** To which groups products belong. A group is given to a product once, so this process asks once for it. */
@Injectable()
export class KnownGroups {
  private readonly known = new LRUCache<number, number>({ max: MAX_PRODUCTS });

  constructor(private readonly database: Database) {}

  async of(tx: Tx, products: readonly number[]): Promise<number[]> {
    const unknown = products.filter((id) => !this.known.has(id));
    const learnt = new Map(unknown.length === 0 ? [] : await this.read(tx, unknown));
    const groups = new Set(products.map((id) => learnt.get(id) ?? this.known.get(id) ?? NONE));
    groups.delete(NONE);
    // SQLite gives the id of an insert that was rolled back to another product, and answers at once.
    if (this.database.dialect === 'mysql') for (const [id, group] of learnt) this.known.set(id, group);
    return [...groups];
  }

  private async read(tx: Tx, ids: readonly number[]): Promise<[product: number, group: number][]> {
    const sql = `SELECT product_id, group_id FROM products WHERE product_id ${inList(ids)}`;
    const rows = await this.database.query<{ product_id: number; group_id: number | null }>(sql, [...ids], tx);
    return rows.map(({ product_id, group_id }) => [product_id, group_id ?? NONE]);
  }
}

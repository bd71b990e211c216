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
    // SQLite gives the id of an insert that was rolled back to another product, and answers at once.
    if (this.database.dialect === 'sqlite') this.known.clear();
    await this.learn(
      tx,
      products.filter((id) => !this.known.has(id)),
    );
    const groups = new Set(products.map((id) => this.known.get(id) ?? NONE));
    groups.delete(NONE);
    return [...groups];
  }

  private async learn(tx: Tx, unknown: readonly number[]): Promise<void> {
    if (unknown.length === 0) return;
    const sql = `SELECT product_id, group_id FROM products WHERE product_id ${inList(unknown)}`;
    const rows = await this.database.query<{ product_id: number; group_id: number | null }>(sql, [...unknown], tx);
    for (const { product_id, group_id } of rows) this.known.set(product_id, group_id ?? NONE);
  }
}

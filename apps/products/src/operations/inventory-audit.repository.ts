import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';

/** What is stored of a product's stock beside what its movements and its reservations say. */
export interface ProductBooks {
  product_id: number;
  stock_quantity: number;
  stock_rebuilt: number;
  reserved_quantity: number;
  reserved_rebuilt: number;
  /** Pieces that living reservations hold. */
  reserved_held: number;
}

@Injectable()
export class InventoryAuditRepository {
  constructor(private readonly database: Database) {}

  /** Returns the last of so many products after this one; undefined if there are none. */
  async lastOfNext(productId: number, limit: number): Promise<number | undefined> {
    const sql = `SELECT MAX(product_id) AS last FROM
      (SELECT product_id FROM inventory WHERE product_id > ? ORDER BY product_id LIMIT ${limit}) AS next`;
    const [row] = await this.database.query<{ last: number | null }>(sql, [productId]);
    return row?.last ?? undefined;
  }

  /** Reads the books of products by one statement, which sees one moment: orders go on meanwhile. */
  async books(after: number, last: number): Promise<ProductBooks[]> {
    const rows = await this.database.query<ProductBooks>(
      `SELECT i.product_id, i.stock_quantity, COALESCE(m.stock, 0) AS stock_rebuilt,
         i.reserved_quantity, COALESCE(m.reserved, 0) AS reserved_rebuilt, COALESCE(h.held, 0) AS reserved_held
       FROM inventory i
       LEFT JOIN (SELECT product_id, SUM(stock_delta) AS stock, SUM(reserved_delta) AS reserved
                  FROM inventory_movements WHERE product_id > ? AND product_id <= ? GROUP BY product_id) m
         ON m.product_id = i.product_id
       LEFT JOIN (SELECT l.product_id, SUM(l.quantity - l.quantity_consumed - l.quantity_released) AS held
                  FROM reservations r JOIN reservation_items l ON l.order_ref = r.order_ref
                  WHERE r.status IN ('held', 'confirmed') AND l.product_id > ? AND l.product_id <= ?
                  GROUP BY l.product_id) h
         ON h.product_id = i.product_id
       WHERE i.product_id > ? AND i.product_id <= ? ORDER BY i.product_id`,
      [after, last, after, last, after, last],
    );
    return rows.map((row) => ({
      ...row,
      stock_rebuilt: Number(row.stock_rebuilt),
      reserved_rebuilt: Number(row.reserved_rebuilt),
      reserved_held: Number(row.reserved_held),
    }));
  }
}

import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';
import type { CartStatus } from '../carts/cart.entity.js';

/** A cart as lists show it. */
export interface ListedCart {
  cart_id: string;
  /** As stored: one past its time is open until the sweeper comes. */
  status: CartStatus;
  /** Null for a guest's. */
  user_id: number | null;
  lines: number;
  pieces: number;
  version: number;
  expires_at: Date;
  updated_at: Date;
}

@Injectable()
export class CartsAdminRepository {
  constructor(private readonly database: Database) {}

  /** The newest first. */
  async list({ status, userId }: { status?: CartStatus; userId?: number }, limit: number): Promise<ListedCart[]> {
    const wanted = [
      ...(status === undefined ? [] : [['status = ?', status] as const]),
      ...(userId === undefined ? [] : [['user_id = ?', userId] as const]),
    ];
    const rows = await this.database.query<ListedCart>(
      `SELECT c.cart_id, c.status, c.user_id, c.version, c.expires_at, c.updated_at, COUNT(l.cart) AS lines_count,
         COALESCE(SUM(l.quantity), 0) AS pieces
       FROM (SELECT * FROM carts WHERE ${['1 = 1', ...wanted.map(([sql]) => sql)].join(' AND ')}
         ORDER BY id DESC LIMIT ${Math.trunc(limit)}) c
       LEFT JOIN cart_lines l ON l.cart = c.id GROUP BY c.id ORDER BY c.id DESC`,
      wanted.map(([, value]) => value),
    );
    return rows.map(({ cart_id, status, user_id, version, pieces, ...row }) => ({
      ...{ cart_id, status, user_id, lines: Number((row as { lines_count?: unknown }).lines_count) },
      ...{ pieces: Number(pieces), version },
      expires_at: this.database.date(row.expires_at),
      updated_at: this.database.date(row.updated_at),
    }));
  }
}

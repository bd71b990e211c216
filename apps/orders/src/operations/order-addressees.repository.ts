import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';

/** The personal data in an order event. */
export interface Addressee {
  customer_email: string;
  shipping_address: string | null;
}

/** Reads the personal data from the order, since a sent event keeps none. */
@Injectable()
export class OrderAddresseesRepository {
  constructor(private readonly database: Database) {}

  /** Undefined for an order whose customer was erased. */
  async find(orderId: number): Promise<Addressee | undefined> {
    const sql = 'SELECT customer_email, shipping_address FROM orders WHERE order_id = ?';
    const [row] = await this.database.query<Addressee>(sql, [orderId]);
    return row && row.customer_email !== '' ? row : undefined;
  }
}

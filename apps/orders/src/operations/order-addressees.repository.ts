import { Database } from '@app/database';
import { Injectable } from '@nestjs/common';

/** What an event about an order says of a person. */
export interface Addressee {
  customer_email: string;
  shipping_address: string | null;
}

/** A sent event keeps no personal data; here it is, as long as the order has it. */
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

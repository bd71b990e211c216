import { Database, ListQuery } from '@app/database';
import type { ListRequest, Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { Cancellation } from '../orders/cancellation.entity.js';
import { Shipment } from '../orders/shipment.entity.js';

/** Lists of the parts of an order. */
@Injectable()
export class ShipmentsRepository {
  constructor(private readonly database: Database) {}

  page(orderId: number, request: ListRequest): Promise<Page<Shipment>> {
    // Ids rise with time: every part is written under its order's version.
    return ListQuery.of(this.database.statements(Shipment))
      .where('order_id = ?', orderId)
      .sortable({ created_at: 'shipment_id' }, 'shipment_id')
      .page(this.database, request);
  }

  pageOfCancellations(orderId: number, request: ListRequest): Promise<Page<Cancellation>> {
    return ListQuery.of(this.database.statements(Cancellation))
      .where('order_id = ?', orderId)
      .sortable({ created_at: 'cancellation_id' }, 'cancellation_id')
      .page(this.database, request);
  }
}

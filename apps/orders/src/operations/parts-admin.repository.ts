import { Database, inList } from '@app/database';
import { Injectable } from '@nestjs/common';
import { OrderLine } from '../orders/order-line.entity.js';
import { Shipment } from '../orders/shipment.entity.js';
import type { ShipmentStatus } from '../orders/shipment-status.js';
import { Return } from '../returns/return.entity.js';
import type { ReturnStatus } from '../returns/return-status.js';

export interface PartFilter<Status extends string> {
  status?: Status;
  orderId?: number;
}

/** What parts of an order refer to. */
export interface PartsOrder {
  currency: string;
  lines: OrderLine[];
}

/** Shipments and returns, also of orders that were removed. */
@Injectable()
export class PartsAdminRepository {
  constructor(private readonly database: Database) {}

  /** The newest first. */
  shipments(filter: PartFilter<ShipmentStatus>, limit: number): Promise<Shipment[]> {
    const { sql, params } = where(filter);
    return this.database.find(Shipment, `${sql} ORDER BY shipment_id DESC LIMIT ${Math.trunc(limit)}`, params);
  }

  shipment(shipmentId: number): Promise<Shipment | null> {
    return this.database.findOne(Shipment, 'WHERE shipment_id = ?', [shipmentId]);
  }

  /** The newest first. */
  returns(filter: PartFilter<ReturnStatus>, limit: number): Promise<Return[]> {
    const { sql, params } = where(filter);
    return this.database.find(Return, `${sql} ORDER BY return_id DESC LIMIT ${Math.trunc(limit)}`, params);
  }

  return(returnId: number): Promise<Return | null> {
    return this.database.findOne(Return, 'WHERE return_id = ?', [returnId]);
  }

  async order(orderId: number): Promise<PartsOrder> {
    const sql = 'SELECT currency FROM orders WHERE order_id = ?';
    const [row] = await this.database.query<{ currency: string }>(sql, [orderId]);
    if (!row) throw new Error(`The order ${orderId} of a part is missing.`);
    const lines = await this.database.find(OrderLine, 'WHERE order_id = ? ORDER BY order_item_id', [orderId]);
    return { currency: row.currency, lines };
  }

  /** The currency of each order. */
  async currencies(orderIds: readonly number[]): Promise<Map<number, string>> {
    const sql = `SELECT order_id, currency FROM orders WHERE order_id ${inList(orderIds)}`;
    const rows = await this.database.query<{ order_id: number; currency: string }>(sql, [...orderIds]);
    return new Map(rows.map(({ order_id, currency }) => [order_id, currency]));
  }
}

function where({ status, orderId }: PartFilter<string>): { sql: string; params: unknown[] } {
  const wanted = [
    ...(status === undefined ? [] : [['status = ?', status] as const]),
    ...(orderId === undefined ? [] : [['order_id = ?', orderId] as const]),
  ];
  const sql = `WHERE ${['1 = 1', ...wanted.map(([condition]) => condition)].join(' AND ')}`;
  return { sql, params: wanted.map(([, value]) => value) };
}

import { Database, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { Cancellation } from './cancellation.entity.js';
import type { ChangedParts } from './order-parts.js';
import { FINISHED } from './orders.repository.js';
import { Shipment } from './shipment.entity.js';

/** Shipments and cancellations of orders. */
@Injectable()
export class OrderPartsRepository {
  constructor(private readonly database: Database) {}

  /** Oldest first. */
  shipments(orderId: number): Promise<Shipment[]> {
    return this.database.find(Shipment, 'WHERE order_id = ? ORDER BY shipment_id', [orderId]);
  }

  findShipment(shipmentId: number): Promise<Shipment | null> {
    return this.database.findOne(Shipment, 'WHERE shipment_id = ?', [shipmentId]);
  }

  /** Writes them in the transaction that writes their order, and fills in the ids of new ones. */
  async save(tx: Tx, { shipments = [], cancellation }: ChangedParts): Promise<void> {
    for (const shipment of shipments) {
      if (shipment.version > 1) await this.database.replace(Shipment, shipment, tx);
      else shipment.shipmentId = (await this.database.insert(Shipment, [shipment], { tx })).insertId;
    }
    if (!cancellation) return;
    cancellation.cancellationId = (await this.database.insert(Cancellation, [cancellation], { tx })).insertId;
  }

  /** Erases by what numbers the parcels of a finished order are followed. */
  async forget(tx: Tx, orderId: number): Promise<void> {
    await this.database.execute("UPDATE shipments SET parcels = '[]' WHERE order_id = ?", [orderId], tx);
  }

  /** The same for all of a customer's finished orders; and why pieces of any of them were cancelled. */
  async forgetCustomer(userId: number): Promise<void> {
    const theirs = 'order_id IN (SELECT order_id FROM orders WHERE user_id = ?';
    await this.database.execute(`UPDATE shipments SET parcels = '[]' WHERE ${theirs} AND ${FINISHED})`, [userId]);
    await this.database.execute(`UPDATE cancellations SET reason = NULL WHERE ${theirs})`, [userId]);
  }
}

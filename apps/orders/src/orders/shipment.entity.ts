import { json, Versioned } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { LinePieces } from './order-line.entity.js';
import type { ShipmentStatus } from './shipment-status.js';

/** One box, as its carrier knows it. */
export interface Parcel {
  carrier: string | null;
  tracking_number: string | null;
  /** Null: by the carrier's number. */
  tracking_url: string | null;
}

/** What leaves together. */
@Entity({ name: 'shipments' })
export class Shipment extends Versioned {
  @PrimaryGeneratedColumn({ name: 'shipment_id', type: 'int' })
  shipmentId: number;

  /** The key under which its stock leaves, once. */
  @Column({ name: 'shipment_ref', type: 'varchar', length: 36 })
  shipmentRef: string;

  @Column({ name: 'order_id', type: 'int' })
  orderId: number;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status: ShipmentStatus;

  @Column({ name: 'items', type: 'text', transformer: json })
  items: LinePieces[];

  @Column({ name: 'parcels', type: 'text', transformer: json })
  parcels: Parcel[];

  /** The user who made it; null if the platform did. */
  @Column({ name: 'created_by', type: 'int', nullable: true })
  by: number | null;

  @Column({ name: 'shipped_at', type: 'datetime', precision: 3, nullable: true })
  shippedAt: Date | null;

  @Column({ name: 'delivered_at', type: 'datetime', precision: 3, nullable: true })
  deliveredAt: Date | null;
}

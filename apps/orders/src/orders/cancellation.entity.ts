import { bigintNumber, json } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { LinePieces } from './order-line.entity.js';

/** Pieces of an order that will not be sent. Never changes. */
@Entity({ name: 'cancellations' })
export class Cancellation {
  @PrimaryGeneratedColumn({ name: 'cancellation_id', type: 'int' })
  cancellationId: number;

  /** The key under which its stock is released, once. */
  @Column({ name: 'cancellation_ref', type: 'varchar', length: 36 })
  cancellationRef: string;

  @Column({ name: 'order_id', type: 'int' })
  orderId: number;

  @Column({ name: 'items', type: 'text', transformer: json })
  items: LinePieces[];

  /** What they cost, in minor units: it goes back, or is no longer to be paid. */
  @Column({ name: 'amount', type: 'bigint', transformer: bigintNumber })
  amount: number;

  @Column({ name: 'reason', type: 'varchar', length: 500, nullable: true })
  reason: string | null;

  /** The user who made it; null for a guest, and if the platform did. */
  @Column({ name: 'created_by', type: 'int', nullable: true })
  by: number | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;
}

import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { OrderStatus } from './order-status.js';

/** One transition of an order. */
@Entity({ name: 'order_history' })
export class OrderHistoryEntry {
  @PrimaryGeneratedColumn({ name: 'order_history_id', type: 'int' })
  orderHistoryId: number;

  @Column({ name: 'order_id', type: 'int' })
  orderId: number;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status: OrderStatus;

  @Column({ name: 'changed_at', type: 'datetime', precision: 3 })
  at: Date;

  /** The user who made it; null if the platform did. */
  @Column({ name: 'changed_by', type: 'int', nullable: true })
  by: number | null;
}

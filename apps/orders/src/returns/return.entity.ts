import { bigintNumber, json, Versioned } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { LinePieces } from '../orders/order-line.entity.js';
import type { ReturnStatus } from './return-status.js';

export const CONDITIONS = ['resellable', 'damaged', 'missing'] as const;
export type Condition = (typeof CONDITIONS)[number];

export interface AnnouncedPieces extends LinePieces {
  /** Why it comes back, in the customer's words; null if they did not say, or were erased. */
  reason: string | null;
}

export interface ReceivedPieces extends LinePieces {
  condition: Condition;
  /** Whether they go back on sale. */
  restock: boolean;
}

/** What a customer sends back of an order. */
@Entity({ name: 'order_returns' })
export class Return extends Versioned {
  @PrimaryGeneratedColumn({ name: 'return_id', type: 'int' })
  returnId: number;

  /** The key under which its stock comes back, once. */
  @Column({ name: 'return_ref', type: 'varchar', length: 36 })
  returnRef: string;

  @Column({ name: 'order_id', type: 'int' })
  orderId: number;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status: ReturnStatus;

  @Column({ name: 'items', type: 'text', transformer: json })
  items: AnnouncedPieces[];

  /** What arrived and what is missing of it; null before. */
  @Column({ name: 'received', type: 'text', nullable: true, transformer: json })
  received: ReceivedPieces[] | null;

  @Column({ name: 'rejection_reason', type: 'varchar', length: 500, nullable: true })
  rejectionReason: string | null;

  /** What the customer paid for what arrived, in minor units. */
  @Column({ name: 'received_value', type: 'bigint', nullable: true, transformer: bigintNumber })
  receivedValue: number | null;

  /** Minor units; null before it is settled. */
  @Column({ name: 'refund_amount', type: 'bigint', nullable: true, transformer: bigintNumber })
  refundAmount: number | null;

  /** Minor units: what the shop keeps of the value. */
  @Column({ name: 'fee', type: 'bigint', nullable: true, transformer: bigintNumber })
  fee: number | null;

  /** The user who requested it; null for a guest. */
  @Column({ name: 'requested_by', type: 'int', nullable: true })
  requestedBy: number | null;

  /** Erases what was written about it. */
  forget(): void {
    this.items = this.items.map((each) => ({ ...each, reason: null }));
    this.rejectionReason = null;
  }
}

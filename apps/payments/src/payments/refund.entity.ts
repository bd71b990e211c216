import { bigintNumber } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { RefundOrigin, RefundReason, RefundStatus } from './refund-status.js';

/** One refund of a payment. It is never deleted: until its outcome is known, its money counts as refunded. */
@Entity({ name: 'refunds' })
export class Refund {
  @PrimaryGeneratedColumn({ name: 'refund_id', type: 'int' })
  refundId: number;

  /** Names the refund at the provider, also as the key under which it is sent. */
  @Column({ name: 'refund_ref', type: 'varchar', length: 36 })
  refundRef: string;

  @Column({ name: 'payment_id', type: 'int' })
  paymentId: number;

  @Column({ name: 'provider_ref', type: 'varchar', length: 255, nullable: true })
  providerRef: string | null;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status: RefundStatus;

  /** Minor units. */
  @Column({ name: 'amount', type: 'bigint', transformer: bigintNumber })
  amount: number;

  @Column({ name: 'origin', type: 'varchar', length: 16 })
  origin: RefundOrigin;

  @Column({ name: 'reason', type: 'varchar', length: 32 })
  reason: RefundReason;

  @Column({ name: 'note', type: 'varchar', length: 500, nullable: true })
  note: string | null;

  @Column({ name: 'failure_code', type: 'varchar', length: 100, nullable: true })
  failureCode: string | null;

  /** The user who requested it; null for the platform and for the provider. */
  @Column({ name: 'requested_by', type: 'int', nullable: true })
  requestedBy: number | null;

  @Column({ name: 'attempts', type: 'int' })
  attempts: number;

  /** When it is looked after again; null once it has ended. */
  @Column({ name: 'next_try_at', type: 'datetime', precision: 3, nullable: true })
  nextTryAt: Date | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  @Column({ name: 'updated_at', type: 'datetime', precision: 3 })
  updatedAt: Date;
}

import { bigintNumber, Versioned } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { PaymentMethod, PaymentStatus } from './payment-status.js';

/** One attempt to pay an order. Its amounts are minor units, and the sums of its entries. */
@Entity({ name: 'payments' })
export class Payment extends Versioned {
  @PrimaryGeneratedColumn({ name: 'payment_id', type: 'int' })
  paymentId: number;

  /** Names the attempt, also at the provider. */
  @Column({ name: 'payment_ref', type: 'varchar', length: 36 })
  paymentRef: string;

  @Column({ name: 'order_id', type: 'int' })
  orderId: number;

  /** The same while the payment is open, else null; unique, so that an order has one open payment. */
  @Column({ name: 'open_order_id', type: 'int', nullable: true })
  openOrderId: number | null;

  @Column({ name: 'order_ref', type: 'varchar', length: 36 })
  orderRef: string;

  /** Whose order it is; null for a guest's. */
  @Column({ name: 'user_id', type: 'int', nullable: true })
  userId: number | null;

  /** For the events; empty once erased. */
  @Column({ name: 'customer_email', type: 'varchar', length: 255 })
  customerEmail: string;

  @Column({ name: 'customer_name', type: 'varchar', length: 100, nullable: true })
  customerName: string | null;

  /** Null if unknown. */
  @Column({ name: 'customer_email_verified', type: 'boolean', nullable: true })
  customerEmailVerified: boolean | null;

  @Column({ name: 'method', type: 'varchar', length: 16 })
  method: PaymentMethod;

  @Column({ name: 'provider', type: 'varchar', length: 16 })
  provider: string;

  /** Its name at the provider; null until the provider has answered. */
  @Column({ name: 'provider_ref', type: 'varchar', length: 255, nullable: true })
  providerRef: string | null;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status: PaymentStatus;

  /** What the customer was asked for. */
  @Column({ name: 'amount', type: 'bigint', transformer: bigintNumber })
  amount: number;

  @Column({ name: 'currency', type: 'varchar', length: 3 })
  currency: string;

  /** Whether an authorised amount waits for the shipment. */
  @Column({ name: 'captured_on_shipment', type: 'boolean' })
  capturedOnShipment: boolean;

  /** What was asked to be captured; null before anybody has asked. */
  @Column({ name: 'capture_amount', type: 'bigint', transformer: bigintNumber, nullable: true })
  captureAmount: number | null;

  @Column({ name: 'authorized_amount', type: 'bigint', transformer: bigintNumber })
  authorizedAmount: number;

  @Column({ name: 'captured_amount', type: 'bigint', transformer: bigintNumber })
  capturedAmount: number;

  @Column({ name: 'refunded_amount', type: 'bigint', transformer: bigintNumber })
  refundedAmount: number;

  /** Of refunds that are requested and have not ended. */
  @Column({ name: 'refunding_amount', type: 'bigint', transformer: bigintNumber })
  refundingAmount: number;

  @Column({ name: 'disputed_amount', type: 'bigint', transformer: bigintNumber })
  disputedAmount: number;

  /** Whether another amount or currency was paid than was asked: it pays nothing, and staff decide. */
  @Column({ name: 'mismatch', type: 'boolean' })
  mismatch: boolean;

  @Column({ name: 'capture_before', type: 'datetime', precision: 3, nullable: true })
  captureBefore: Date | null;

  /** While it is open. */
  @Column({ name: 'client_secret', type: 'varchar', length: 255, nullable: true })
  clientSecret: string | null;

  /** Where the customer goes on after paying. */
  @Column({ name: 'return_url', type: 'varchar', length: 2000, nullable: true })
  returnUrl: string | null;

  @Column({ name: 'cancel_reason', type: 'varchar', length: 500, nullable: true })
  cancelReason: string | null;

  @Column({ name: 'failure_code', type: 'varchar', length: 100, nullable: true })
  failureCode: string | null;

  @Column({ name: 'failure_message', type: 'varchar', length: 500, nullable: true })
  failureMessage: string | null;

  /** How often the provider's word was written; what was asked before the last time is out of date. */
  @Column({ name: 'syncs', type: 'int' })
  syncs: number;

  /** When the provider and the order are asked about it again; null if nothing can change any more. */
  @Column({ name: 'next_check_at', type: 'datetime', precision: 3, nullable: true })
  nextCheckAt: Date | null;

  /** What staff may still refund: never more than was captured, whatever the order says. */
  get refundableAmount(): number {
    return Math.max(0, this.capturedAmount - this.refundedAmount - this.refundingAmount - this.disputedAmount);
  }
}

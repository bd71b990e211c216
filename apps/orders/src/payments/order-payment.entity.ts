import { bigintNumber } from '@app/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What orders knows about a payment: its amounts, in minor units of the order's currency, as of its newest event. */
@Entity({ name: 'order_payments' })
export class OrderPayment {
  @PrimaryColumn({ name: 'payment_id', type: 'int' })
  paymentId: number;

  @Column({ name: 'order_id', type: 'int' })
  orderId: number;

  /** Of the payment, as its events count it. */
  @Column({ name: 'version', type: 'int' })
  version: number;

  /** What is promised and not taken yet. */
  @Column({ name: 'authorized', type: 'bigint', transformer: bigintNumber })
  authorized: number;

  @Column({ name: 'captured', type: 'bigint', transformer: bigintNumber })
  captured: number;

  @Column({ name: 'refunded', type: 'bigint', transformer: bigintNumber })
  refunded: number;

  @Column({ name: 'disputed', type: 'bigint', transformer: bigintNumber })
  disputed: number;
}

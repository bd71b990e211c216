import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The outcome of placing an order under this ref. The primary key allows only one. */
@Entity({ name: 'order_refs' })
export class OrderRef {
  @PrimaryColumn({ name: 'order_ref', type: 'varchar', length: 36 })
  orderRef: string;

  @Column({ name: 'outcome', type: 'varchar', length: 16 })
  outcome: 'placed' | 'abandoned';

  @Column({ name: 'order_id', type: 'int', nullable: true })
  orderId: number | null;

  @Column({ name: 'settled_at', type: 'datetime', precision: 3 })
  settledAt: Date;
}

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How placing an order under this ref ended. The primary key lets exactly one of the two outcomes in. */
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

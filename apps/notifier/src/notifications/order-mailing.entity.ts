import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An order's row that its concurrent e-mails lock. */
@Entity('order_mailings')
export class OrderMailing {
  @PrimaryColumn({ name: 'order_id', type: 'int' })
  orderId: number;

  /** Whether the e-mail about its cancellation has been claimed. */
  @Column({ name: 'cancelled', type: 'boolean' })
  cancelled: boolean;
}

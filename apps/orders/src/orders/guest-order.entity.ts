import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What only a guest's order has: how the guest is known. */
@Entity({ name: 'guest_orders' })
export class GuestOrder {
  @PrimaryColumn({ name: 'order_id', type: 'int' })
  orderId: number;

  @Column({ name: 'token_hash', type: 'varchar', length: 64 })
  tokenHash: string;

  /** By which the owner of the mailbox may claim it; null once somebody has. */
  @Column({ name: 'email_key', type: 'varchar', length: 512, nullable: true })
  emailKey: string | null;
}

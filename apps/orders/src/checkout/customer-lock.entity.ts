import { Entity, PrimaryColumn } from 'typeorm';

/** A customer's row that their concurrent orders lock. */
@Entity({ name: 'customer_locks' })
export class CustomerLock {
  @PrimaryColumn({ name: 'user_id', type: 'int' })
  userId: number;
}

import { bigintNumber } from '@app/database';
import { Column, Entity, Generated, PrimaryColumn } from 'typeorm';

/** How many e-mails an unverified address got in the current hour and day. */
@Entity('unverified_recipients')
export class UnverifiedRecipient {
  @PrimaryColumn({ type: 'bigint', transformer: bigintNumber })
  @Generated()
  id: number;

  @Column({ name: 'recipient_hash', type: 'varchar', length: 64 })
  recipientHash: string;

  @Column({ name: 'in_hour', type: 'int' })
  inHour: number;

  @Column({ name: 'hour_ends_at', type: 'datetime', precision: 3 })
  hourEndsAt: Date;

  @Column({ name: 'in_day', type: 'int' })
  inDay: number;

  @Column({ name: 'day_ends_at', type: 'datetime', precision: 3 })
  dayEndsAt: Date;
}

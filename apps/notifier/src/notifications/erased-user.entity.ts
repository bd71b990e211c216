import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A person whose account was erased: later e-mails to them are suppressed. */
@Entity('erased_users')
export class ErasedUser {
  @PrimaryColumn({ name: 'user_id', type: 'int' })
  userId: number;

  @Column({ name: 'erased_at', type: 'datetime', precision: 3 })
  erasedAt: Date;
}

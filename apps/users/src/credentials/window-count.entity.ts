import { bigintNumber } from '@app/database';
import { Column, Entity, Generated, PrimaryColumn } from 'typeorm';

/**
 * A counter under one key until `windowEndsAt`: of wrong passwords per account, or per account and address, or of
 * e-mails per recipient. The table has the name of its first use.
 */
@Entity({ name: 'failed_attempts' })
export class WindowCount {
  @PrimaryColumn({ type: 'bigint', transformer: bigintNumber })
  @Generated()
  id: number;

  /** Keyed hash: reveals neither an e-mail address nor a client address. */
  @Column({ name: 'attempt_key', type: 'varchar', length: 64 })
  key: string;

  /** Keyed hash of the account whose password reset clears the counter; null if no reset does. */
  @Column({ name: 'account_key', type: 'varchar', length: 64, nullable: true })
  accountKey: string | null;

  @Column({ name: 'failures', type: 'int' })
  count: number;

  @Column({ name: 'window_ends_at', type: 'datetime', precision: 3 })
  windowEndsAt: Date;
}

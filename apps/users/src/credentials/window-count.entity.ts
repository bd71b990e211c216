import { bigintNumber } from '@app/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * How often something happened under one key until `windowEndsAt`: a wrong password for an account, or for an account
 * from an address, or an e-mail to somebody. The table has the name of its first use.
 */
@Entity({ name: 'failed_attempts' })
export class WindowCount {
  @PrimaryColumn({ type: 'bigint', transformer: bigintNumber })
  id: number;

  /** Keyed hash: neither an e-mail address nor a client address can be read from it. */
  @Column({ name: 'attempt_key', type: 'varchar', length: 64 })
  key: string;

  /** Keyed hash of the account whose counts are forgotten together; null for what no account's reset forgets. */
  @Column({ name: 'account_key', type: 'varchar', length: 64, nullable: true })
  accountKey: string | null;

  @Column({ name: 'failures', type: 'int' })
  count: number;

  @Column({ name: 'window_ends_at', type: 'datetime', precision: 3 })
  windowEndsAt: Date;
}

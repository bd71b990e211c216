import { bigintNumber } from '@app/database';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Failed passwords counted under one key (an account, or an account and an address) until `windowEndsAt`. */
@Entity({ name: 'failed_attempts' })
export class FailedAttempt {
  @PrimaryColumn({ type: 'bigint', transformer: bigintNumber })
  id: number;

  /** Keyed hash: neither an e-mail address nor a client address can be read from it. */
  @Column({ name: 'attempt_key', type: 'varchar', length: 64 })
  attemptKey: string;

  @Column({ name: 'failures', type: 'int' })
  failures: number;

  @Column({ name: 'window_ends_at', type: 'datetime', precision: 3 })
  windowEndsAt: Date;
}

import { bigintNumber } from '@app/database';
import { Column, Entity, Generated, PrimaryColumn } from 'typeorm';

/** A network from which a user has logged in before. */
@Entity({ name: 'known_clients' })
export class KnownClient {
  @PrimaryColumn({ type: 'bigint', transformer: bigintNumber })
  @Generated()
  id: number;

  /** Keyed hash of account and network: neither can be read from it. */
  @Column({ name: 'client_key', type: 'varchar', length: 64 })
  clientKey: string;

  @Column({ name: 'user_id', type: 'int' })
  userId: number;

  /** Time of the last login from there. */
  @Column({ name: 'seen_at', type: 'datetime', precision: 3 })
  seenAt: Date;
}

import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A claimed key, with the response once there is one. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  @PrimaryGeneratedColumn({ type: 'int' })
  id: number;

  @Column({ name: 'key_hash', type: 'varchar', length: 64 })
  keyHash: string;

  @Column({ name: 'fingerprint', type: 'varchar', length: 64 })
  fingerprint: string;

  @Column({ name: 'reference', type: 'varchar', length: 36 })
  reference: string;

  @Column({ name: 'lease', type: 'varchar', length: 36 })
  lease: string;

  @Column({ name: 'lease_until', type: 'datetime', precision: 3 })
  leaseUntil: Date;

  /** JSON. */
  @Column({ name: 'response', type: 'text', nullable: true })
  response: string | null;

  @Column({ name: 'expires_at', type: 'datetime', precision: 3 })
  expiresAt: Date;

  /** The person whose data the response contains. */
  @Column({ name: 'subject', type: 'varchar', length: 64, nullable: true })
  subject: string | null;
}

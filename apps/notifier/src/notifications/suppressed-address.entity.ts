import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An address that gets no e-mails any more. */
@Entity('suppressed_addresses')
export class SuppressedAddress {
  @PrimaryColumn({ name: 'address_hash', type: 'varchar', length: 64 })
  addressHash: string;

  @Column({ name: 'reason', type: 'varchar', length: 20 })
  reason: string;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;
}

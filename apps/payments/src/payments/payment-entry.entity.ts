import { bigintNumber } from '@app/database';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { EntryKind } from './ledger.js';

/** One movement of money. Entries are only ever added. */
@Entity({ name: 'payment_entries' })
export class PaymentEntry {
  @PrimaryGeneratedColumn({ name: 'entry_id', type: 'int' })
  entryId: number;

  @Column({ name: 'payment_id', type: 'int' })
  paymentId: number;

  @Column({ name: 'kind', type: 'varchar', length: 16 })
  kind: EntryKind;

  /** Minor units. */
  @Column({ name: 'amount', type: 'bigint', transformer: bigintNumber })
  amount: number;

  /** What moved it at the provider: a charge, a refund, a dispute. */
  @Column({ name: 'provider_ref', type: 'varchar', length: 255 })
  providerRef: string;

  @Column({ name: 'at', type: 'datetime', precision: 3 })
  at: Date;
}

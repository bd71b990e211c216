import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/**
 * `waiting`: to be looked after; `applied`: its payment is up to date; `ignored`: not ours; `refunded`: ours, but of no
 * payment that we know, and its money was given back.
 */
export const EVENT_OUTCOMES = ['waiting', 'applied', 'ignored', 'refunded'] as const;
export type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** The notice that a payment has changed at its provider. Of the event nothing else is kept: what changed is asked. */
@Entity({ name: 'provider_events' })
export class StoredEvent {
  @PrimaryGeneratedColumn({ name: 'id', type: 'int' })
  id: number;

  @Column({ name: 'provider', type: 'varchar', length: 16 })
  provider: string;

  @Column({ name: 'event_ref', type: 'varchar', length: 255 })
  eventRef: string;

  @Column({ name: 'type', type: 'varchar', length: 100 })
  type: string;

  /** The payment's name at the provider. */
  @Column({ name: 'object_ref', type: 'varchar', length: 255 })
  objectRef: string;

  @Column({ name: 'outcome', type: 'varchar', length: 16 })
  outcome: EventOutcome;

  @Column({ name: 'attempts', type: 'int' })
  attempts: number;

  /** Null once it has an outcome. */
  @Column({ name: 'next_try_at', type: 'datetime', precision: 3, nullable: true })
  nextTryAt: Date | null;

  /** By the provider's clock. */
  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  @Column({ name: 'received_at', type: 'datetime', precision: 3 })
  receivedAt: Date;

  @Column({ name: 'processed_at', type: 'datetime', precision: 3, nullable: true })
  processedAt: Date | null;
}

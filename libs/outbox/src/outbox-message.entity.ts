import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { Destination } from './publishers.js';

/** A message to publish, or one that was published in the last days. */
@Entity('outbox')
export class OutboxMessage {
  @PrimaryGeneratedColumn({ type: 'int' })
  id: number;

  @Column({ name: 'event_id', type: 'varchar', length: 36 })
  eventId: string;

  @Column({ name: 'destination', type: 'varchar', length: 16 })
  destination: Destination;

  @Column({ name: 'event_type', type: 'varchar', length: 64 })
  eventType: string;

  /** JSON. */
  @Column({ name: 'envelope', type: 'text' })
  envelope: string;

  @Column({ name: 'attempts', type: 'int' })
  attempts: number;

  /** When it is published next; null if nothing is left to do. */
  @Column({ name: 'due_at', type: 'datetime', precision: 3, nullable: true })
  dueAt: Date | null;

  /** Names the claim of the relay that is publishing it. */
  @Column({ name: 'claim', type: 'varchar', length: 36, nullable: true })
  claim: string | null;

  @Column({ name: 'last_error', type: 'varchar', length: 500, nullable: true })
  lastError: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  @Column({ name: 'sent_at', type: 'datetime', precision: 3, nullable: true })
  sentAt: Date | null;

  @Column({ name: 'parked_at', type: 'datetime', precision: 3, nullable: true })
  parkedAt: Date | null;
}

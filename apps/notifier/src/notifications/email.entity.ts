import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { TemplateName } from './templates/views.js';

/**
 * queued: sent when its event is delivered again; sending: claimed under a lease; failed: refused for good or given up,
 * until an operator redrives its event; sent and suppressed are final.
 */
export const EMAIL_STATUSES = ['queued', 'sending', 'sent', 'failed', 'suppressed'] as const;
export type EmailStatus = (typeof EMAIL_STATUSES)[number];

/** One row of the ledger: at most one e-mail per event and template. It has only the hash of the address. */
@Entity('emails')
export class Email {
  @PrimaryGeneratedColumn({ name: 'email_id' })
  emailId: number;

  @Column({ name: 'event_id', type: 'varchar', length: 36 })
  eventId: string;

  @Column({ type: 'varchar', length: 40 })
  template: TemplateName;

  @Column({ name: 'order_id', type: 'int', nullable: true })
  orderId: number | null;

  @Column({ name: 'return_id', type: 'int', nullable: true })
  returnId: number | null;

  @Column({ name: 'user_id', type: 'int', nullable: true })
  userId: number | null;

  @Column({ name: 'recipient_hash', type: 'varchar', length: 64, nullable: true })
  recipientHash: string | null;

  @Column({ name: 'request_id', type: 'varchar', length: 128 })
  requestId: string;

  @Column({ type: 'varchar', length: 10 })
  status: EmailStatus;

  /** Identifies the holder of the lease; changes when another delivery takes over. */
  @Column({ name: 'claim_id', type: 'varchar', length: 36, nullable: true })
  claimId: string | null;

  @Column({ name: 'lease_until', type: 'datetime', precision: 3, nullable: true })
  leaseUntil: Date | null;

  @Column({ type: 'int' })
  attempts: number;

  /** How often it was sent again although the provider may have accepted an earlier attempt. */
  @Column({ name: 'possible_duplicates', type: 'int' })
  possibleDuplicates: number;

  /** Why the last attempt failed: the provider's error code, never its message. */
  @Column({ type: 'varchar', length: 100, nullable: true })
  failure: string | null;

  /** The provider's id of the e-mail. */
  @Column({ name: 'message_id', type: 'varchar', length: 100, nullable: true })
  messageId: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 3 })
  createdAt: Date;

  @Column({ name: 'sent_at', type: 'datetime', precision: 3, nullable: true })
  sentAt: Date | null;
}

import { type Conflict, Database, Purge, type Statements, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import type { NewEmail } from './emails.repository.js';
import type { TemplateName } from './templates/views.js';
import { UnverifiedRecipient } from './unverified-recipient.entity.js';

const LOCK: Conflict<UnverifiedRecipient> = { keys: ['recipientHash'] };

/** The failure of an e-mail that a limit has suppressed. */
export const RECIPIENT_LIMIT = 'recipient-limit';

const HOUR_MS = 3_600_000;
const PER_HOUR = { limit: 3, windowMs: HOUR_MS };
const PER_DAY = { limit: 10, windowMs: 24 * HOUR_MS };

/** After an order's confirmation these are no new matter: they count only against the daily limit. */
const FOLLOW_UPS: readonly TemplateName[] = [
  'order-paid',
  'order-shipped',
  'order-completed',
  'order-cancelled',
  'payment-failed',
  'refund-made',
  'shipment-shipped',
  'order-partially-cancelled',
  'return-requested',
  'return-approved',
  'return-rejected',
  'return-received',
  'return-settled',
];

interface Window {
  count: number;
  endsAt: Date;
}

/**
 * Limits e-mails to an unverified address, for whatever account and about whatever: three new matters an hour and ten
 * e-mails a day. Each e-mail is counted once, in the transaction that claims it.
 */
@Injectable()
export class StrangerLimits {
  private readonly expired: Purge;
  private readonly recipients: Statements<UnverifiedRecipient>;
  private readonly select: string;

  constructor(private readonly database: Database) {
    this.recipients = database.statements(UnverifiedRecipient);
    this.select = `SELECT ${this.recipients.columnList()} FROM unverified_recipients WHERE recipient_hash = ?`;
    this.expired = new Purge(database, 'unverified_recipients', 'day_ends_at', 0);
  }

  /** Counts the e-mail and returns true, or false if it exceeds a limit. */
  async take(tx: Tx, { recipient_hash, template, order_id }: NewEmail, now: Date): Promise<boolean> {
    const isFollowUp = FOLLOW_UPS.includes(template);
    if (isFollowUp && (await this.isUnannounced(tx, order_id))) return false;
    const { hour, day } = await this.lock(tx, recipient_hash, now);
    if ((!isFollowUp && hour.count >= PER_HOUR.limit) || day.count >= PER_DAY.limit) return false;
    await this.database.execute(
      `UPDATE unverified_recipients SET in_hour = ?, hour_ends_at = ?, in_day = ?, day_ends_at = ?
       WHERE recipient_hash = ?`,
      [hour.count + (isFollowUp ? 0 : 1), hour.endsAt, day.count + 1, day.endsAt, recipient_hash],
      tx,
    );
    this.expired.remind();
    return true;
  }

  /** Whether a limit suppressed the confirmation, so that the recipient does not know of the order. */
  private async isUnannounced(tx: Tx, orderId: number | null): Promise<boolean> {
    const sql = `SELECT email_id FROM emails WHERE order_id = ? AND template = 'order-confirmation' AND failure = ?`;
    return (await this.database.query(sql, [orderId, RECIPIENT_LIMIT], tx)).length > 0;
  }

  /** Locks the recipient's windows until the transaction ends; inserts them if there are none. */
  private async lock(tx: Tx, recipientHash: string, now: Date): Promise<{ hour: Window; day: Window }> {
    const none = { recipientHash, inHour: 0, hourEndsAt: now, inDay: 0, dayEndsAt: now };
    await this.database.insert(UnverifiedRecipient, [none], { tx, onConflict: LOCK });
    const [row] = await this.database.query<object>(this.select, [recipientHash], tx);
    const { inHour, hourEndsAt, inDay, dayEndsAt } = row ? this.recipients.toEntity(row) : none;
    return {
      hour: window(inHour, hourEndsAt, PER_HOUR, now),
      day: window(inDay, dayEndsAt, PER_DAY, now),
    };
  }
}

/** Starts a new window if the old one has ended. */
function window(count: number, endsAt: Date, { windowMs }: { windowMs: number }, now: Date): Window {
  return endsAt > now ? { count, endsAt } : { count: 0, endsAt: new Date(now.getTime() + windowMs) };
}

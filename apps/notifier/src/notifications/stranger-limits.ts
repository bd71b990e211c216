import { Database, Purge, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import type { NewEmail } from './emails.repository.js';
import type { TemplateName } from './templates/views.js';

/** The failure of an e-mail that a limit has suppressed. */
export const RECIPIENT_LIMIT = 'recipient-limit';

const HOUR_MS = 3_600_000;
const PER_HOUR = { limit: 3, windowMs: HOUR_MS };
const PER_DAY = { limit: 10, windowMs: 24 * HOUR_MS };

/** After an order's confirmation these are no new matter: they count only against the daily limit. */
const FOLLOW_UPS: readonly TemplateName[] = ['order-paid', 'order-shipped', 'order-completed', 'order-cancelled'];

interface Window {
  count: number;
  endsAt: Date;
}

interface Row {
  in_hour: number;
  hour_ends_at: unknown;
  in_day: number;
  day_ends_at: unknown;
}

/**
 * Limits e-mails to an unverified address, for whatever account and about whatever: three new matters an hour and ten
 * e-mails a day. Each e-mail is counted once, in the transaction that claims it.
 */
@Injectable()
export class StrangerLimits {
  private readonly expired: Purge;

  constructor(private readonly database: Database) {
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
    const noChange =
      this.database.dialect === 'mysql'
        ? 'ON DUPLICATE KEY UPDATE in_day = in_day'
        : 'ON CONFLICT (recipient_hash) DO NOTHING';
    await this.database.execute(
      `INSERT INTO unverified_recipients (recipient_hash, in_hour, hour_ends_at, in_day, day_ends_at)
       VALUES (?, 0, ?, 0, ?) ${noChange}`,
      [recipientHash, now, now],
      tx,
    );
    const sql = 'SELECT in_hour, hour_ends_at, in_day, day_ends_at FROM unverified_recipients WHERE recipient_hash = ?';
    const [row] = await this.database.query<Row>(sql, [recipientHash], tx);
    return {
      hour: this.window(row?.in_hour, row?.hour_ends_at, now.getTime() + PER_HOUR.windowMs, now),
      day: this.window(row?.in_day, row?.day_ends_at, now.getTime() + PER_DAY.windowMs, now),
    };
  }

  /** Starts a new window if the old one has ended. */
  private window(count: number | undefined, endsAt: unknown, nextEnd: number, now: Date): Window {
    const end = endsAt ? this.database.date(endsAt) : now;
    return end > now ? { count: Number(count ?? 0), endsAt: end } : { count: 0, endsAt: new Date(nextEnd) };
  }
}

import { Database, Purge, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import type { NewEmail } from './emails.repository.js';
import type { TemplateName } from './templates/views.js';

/** The failure of an e-mail that a limit has kept back. */
export const TOO_MANY = 'recipient-limit';

const HOUR_MS = 3_600_000;
const AN_HOUR = { limit: 3, windowMs: HOUR_MS };
const A_DAY = { limit: 10, windowMs: 24 * HOUR_MS };

/** What follows an order that was confirmed is no new reason to write: it counts for the day alone. */
const FOLLOWS: readonly TemplateName[] = ['order-paid', 'order-shipped', 'order-completed', 'order-cancelled'];

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
 * Bounds what goes to an address that nobody has verified, whoever's account names it and whatever it is about: three new
 * matters an hour and ten e-mails a day. Each e-mail is counted once, by the transaction that claims it.
 */
@Injectable()
export class StrangerLimits {
  private readonly over: Purge;

  constructor(private readonly database: Database) {
    this.over = new Purge(database, 'unverified_recipients', 'day_ends_at', 0);
  }

  /** Counts one more, and says whether it may be sent. */
  async take(tx: Tx, { recipient_hash, template, order_id }: NewEmail, now: Date): Promise<boolean> {
    const follows = FOLLOWS.includes(template);
    if (follows && (await this.isUnannounced(tx, order_id))) return false;
    const { hour, day } = await this.lock(tx, recipient_hash, now);
    if ((!follows && hour.count >= AN_HOUR.limit) || day.count >= A_DAY.limit) return false;
    await this.database.execute(
      `UPDATE unverified_recipients SET in_hour = ?, hour_ends_at = ?, in_day = ?, day_ends_at = ?
       WHERE recipient_hash = ?`,
      [hour.count + (follows ? 0 : 1), hour.endsAt, day.count + 1, day.endsAt, recipient_hash],
      tx,
    );
    this.over.remind();
    return true;
  }

  /** The confirmation was kept back, so nobody knows of the order. */
  private async isUnannounced(tx: Tx, orderId: number | null): Promise<boolean> {
    const sql = `SELECT email_id FROM emails WHERE order_id = ? AND template = 'order-confirmation' AND failure = ?`;
    return (await this.database.query(sql, [orderId, TOO_MANY], tx)).length > 0;
  }

  /** The recipient's windows, made when there are none, and locked until the transaction ends. */
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
      hour: this.window(row?.in_hour, row?.hour_ends_at, now.getTime() + AN_HOUR.windowMs, now),
      day: this.window(row?.in_day, row?.day_ends_at, now.getTime() + A_DAY.windowMs, now),
    };
  }

  /** A window that has ended begins anew. */
  private window(count: number | undefined, endsAt: unknown, nextEnd: number, now: Date): Window {
    const end = endsAt ? this.database.date(endsAt) : now;
    return end > now ? { count: Number(count ?? 0), endsAt: end } : { count: 0, endsAt: new Date(nextEnd) };
  }
}

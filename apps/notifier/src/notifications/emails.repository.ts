import { type Conflict, Database, forShare, inList, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import { Email } from './email.entity.js';
import { ErasedUser } from './erased-user.entity.js';
import { OrderMailing } from './order-mailing.entity.js';
import { SuppressedAddress } from './suppressed-address.entity.js';
import type { TemplateName } from './templates/views.js';

const LOCK_ORDER: Conflict<OrderMailing> = { keys: ['orderId'] };
const LOCK_EMAIL: Conflict<Email> = { keys: ['eventId', 'template'] };
const KEEP_REASON: Conflict<SuppressedAddress> = { keys: ['addressHash'] };
const KEEP_TIME: Conflict<ErasedUser> = { keys: ['userId'] };

/** The identity of an e-mail and its recipient. */
export interface NewEmail {
  event_id: string;
  template: TemplateName;
  order_id: number | null;
  return_id: number | null;
  user_id: number | null;
  recipient_hash: string;
  request_id: string;
  /** The address is not verified. */
  unverified: boolean;
}

@Injectable()
export class EmailsRepository {
  constructor(private readonly database: Database) {}

  /**
   * Locks the order's row until the transaction ends, so that a cancellation and an older e-mail of the same order see
   * each other. Returns whether the order's cancellation has been claimed.
   */
  async lockOrder(tx: Tx, orderId: number, cancels: boolean): Promise<boolean> {
    await this.database.insert(OrderMailing, [{ orderId, cancelled: false }], { tx, onConflict: LOCK_ORDER });
    if (cancels) {
      await this.database.execute('UPDATE order_mailings SET cancelled = 1 WHERE order_id = ?', [orderId], tx);
      return true;
    }
    const sql = 'SELECT cancelled FROM order_mailings WHERE order_id = ?';
    const [row] = await this.database.query<{ cancelled: number }>(sql, [orderId], tx);
    return row?.cancelled === 1;
  }

  /** Locks the e-mail's row until the transaction ends; inserts it if it is new. */
  async lock(tx: Tx, email: NewEmail, now: Date): Promise<Email> {
    const { event_id: eventId, template } = email;
    const queued = {
      eventId,
      template,
      orderId: email.order_id,
      returnId: email.return_id,
      userId: email.user_id,
      recipientHash: email.recipient_hash,
      requestId: email.request_id,
      status: 'queued' as const,
      attempts: 0,
      possibleDuplicates: 0,
      createdAt: now,
    };
    await this.database.insert(Email, [queued], { tx, onConflict: LOCK_EMAIL });
    return this.database.repository(Email, tx).findOneByOrFail({ eventId, template });
  }

  async isAddressSuppressed(tx: Tx, recipientHash: string): Promise<boolean> {
    const sql = 'SELECT reason FROM suppressed_addresses WHERE address_hash = ?';
    return (await this.database.query(sql, [recipientHash], tx)).length > 0;
  }

  async suppressAddress(recipientHash: string, reason: string, now: Date): Promise<void> {
    const address = { addressHash: recipientHash, reason, createdAt: now };
    await this.database.insert(SuppressedAddress, [address], { onConflict: KEEP_REASON });
  }

  /**
   * Returns the latest end, up to `latest`, of a lease on another e-mail of the order, or only of the return that this
   * e-mail is about; undefined for none.
   */
  async otherLease(
    tx: Tx,
    { emailId, orderId, returnId }: Email,
    { now, latest }: { now: Date; latest: Date },
  ): Promise<Date | undefined> {
    const ofReturn = returnId === null ? [] : [returnId];
    const [row] = await this.database.query<{ lease: unknown }>(
      `SELECT MAX(lease_until) AS lease FROM emails
       WHERE order_id = ? AND email_id <> ? AND status = 'sending' AND lease_until > ? AND lease_until <= ?
       ${returnId === null ? '' : 'AND return_id = ?'}`,
      [orderId, emailId, now, latest, ...ofReturn],
      tx,
    );
    return row?.lease ? this.database.date(row.lease) : undefined;
  }

  /** Counts those of these e-mails of the order that are settled. */
  async countSettled(orderId: number, templates: readonly TemplateName[]): Promise<number> {
    const [row] = await this.database.query<{ settled: number }>(
      `SELECT COUNT(DISTINCT template) AS settled FROM emails
       WHERE order_id = ? AND status IN ('sent', 'failed', 'suppressed') AND template ${inList(templates)}`,
      [orderId, ...templates],
    );
    return Number(row?.settled ?? 0);
  }

  /**
   * Returns the e-mail after which another one about a failed payment is needless: that the order is paid, whatever has
   * become of it, or an earlier one that was sent or will be.
   */
  async afterFailure(tx: Tx, orderId: number, emailId: number): Promise<TemplateName | undefined> {
    const [row] = await this.database.query<{ template: TemplateName }>(
      `SELECT template FROM emails WHERE order_id = ? AND email_id <> ? AND (template = 'order-paid'
       OR template = 'payment-failed' AND status IN ('queued', 'sending', 'sent'))`,
      [orderId, emailId],
      tx,
    );
    return row?.template;
  }

  /** Returns one of these e-mails of the return, whatever has become of it. */
  async ofReturn(
    tx: Tx,
    { orderId, returnId }: Email,
    templates: readonly TemplateName[],
  ): Promise<TemplateName | undefined> {
    if (templates.length === 0) return undefined;
    const [row] = await this.database.query<{ template: TemplateName }>(
      `SELECT template FROM emails WHERE order_id = ? AND return_id = ? AND template ${inList(templates)}`,
      [orderId, returnId, ...templates],
      tx,
    );
    return row?.template;
  }

  async suppress(tx: Tx, emailId: number, reason: string): Promise<void> {
    await this.database.execute(
      `UPDATE emails SET status = 'suppressed', failure = ?, claim_id = NULL, lease_until = NULL WHERE email_id = ?`,
      [reason, emailId],
      tx,
    );
  }

  async startSending(tx: Tx, emailId: number, claim: { id: string; until: Date; duplicate: boolean }): Promise<void> {
    await this.database.execute(
      `UPDATE emails SET status = 'sending', claim_id = ?, lease_until = ?, attempts = attempts + 1,
       possible_duplicates = possible_duplicates + ? WHERE email_id = ?`,
      [claim.id, claim.until, claim.duplicate ? 1 : 0, emailId],
      tx,
    );
  }

  /** False if another delivery has taken over the e-mail. */
  async markSent(emailId: number, claimId: string, messageId: string, now: Date): Promise<boolean> {
    const { affected } = await this.database.execute(
      `UPDATE emails SET status = 'sent', message_id = ?, sent_at = ?, failure = NULL, claim_id = NULL, lease_until = NULL
       WHERE email_id = ? AND claim_id = ?`,
      [messageId, now, emailId, claimId],
    );
    return affected === 1;
  }

  async markUnsent(
    emailId: number,
    claimId: string,
    as: { status: 'queued' | 'failed'; failure: string; duplicate: boolean },
  ): Promise<void> {
    await this.database.execute(
      `UPDATE emails SET status = ?, failure = ?, possible_duplicates = possible_duplicates + ?, claim_id = NULL,
       lease_until = NULL WHERE email_id = ? AND claim_id = ?`,
      [as.status, as.failure.slice(0, 100), as.duplicate ? 1 : 0, emailId, claimId],
    );
  }

  /** Marks the person as erased: every later claim of an e-mail to them is suppressed. */
  async markErased(userId: number, now: Date): Promise<void> {
    await this.database.insert(ErasedUser, [{ userId, erasedAt: now }], { onConflict: KEEP_TIME });
  }

  /** A locking read, so that it sees an erasure committed after this transaction began. */
  async isErased(tx: Tx, userId: number): Promise<boolean> {
    const sql = `SELECT user_id FROM erased_users WHERE user_id = ?${forShare(this.database.dialect)}`;
    return (await this.database.query(sql, [userId], tx)).length > 0;
  }

  /** Removes the user id and the address hash from all e-mails to a person. */
  async forgetUser(userId: number, tx?: Tx): Promise<number> {
    const sql = 'UPDATE emails SET user_id = NULL, recipient_hash = NULL WHERE user_id = ?';
    return (await this.database.execute(sql, [userId], tx)).affected;
  }
}

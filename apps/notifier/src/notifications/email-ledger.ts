import { createHmac, randomUUID } from 'node:crypto';
import { Database, type Tx } from '@app/database';
import { Clock, emailKey, latestEnd } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Email } from './email.entity.js';
import { EmailsRepository, type NewEmail } from './emails.repository.js';
import { StrangerLimits, RECIPIENT_LIMIT } from './stranger-limits.js';

/** Longer than any send takes; shorter than the queue's visibility timeout. */
export const LEASE_MS = 60_000;

/** The e-mails of a return; after one of a later row none of an earlier row is sent. */
const RETURN_STEPS: readonly NewEmail['template'][][] = [
  ['return-requested'],
  ['return-approved', 'return-rejected'],
  ['return-received'],
  ['return-settled'],
];

/** Money goes back after a cancellation, too. */
const AFTER_CANCELLATION: readonly NewEmail['template'][] = ['order-cancelled', 'refund-made'];

export type Claim =
  | { outcome: 'claimed'; emailId: number; claimId: string; attempt: number; duplicatePossible: boolean }
  /** Nothing left to do. */
  | { outcome: 'settled'; status: 'sent' | 'suppressed' }
  /** Another delivery is sending this e-mail, or one that must be sent before it. */
  | { outcome: 'held'; until: Date };

export type Claimed = Extract<Claim, { outcome: 'claimed' }>;

export class LedgerSettings {
  constructor(readonly addressHashKey: string) {}
}

/**
 * Leases e-mails to senders and records the outcome. Only the holder of the lease sends the e-mail. An expired lease is
 * taken over: its holder died (or slept) before it recorded the outcome.
 */
@Injectable()
export class EmailLedger {
  constructor(
    private readonly database: Database,
    private readonly emails: EmailsRepository,
    private readonly strangers: StrangerLimits,
    private readonly clock: Clock,
    private readonly settings: LedgerSettings,
  ) {}

  hashAddress(address: string): string {
    return createHmac('sha256', this.settings.addressHashKey).update(emailKey(address)).digest('hex');
  }

  /**
   * Once an order's cancellation is claimed, no e-mail of that order is ever claimed but those of refunds. An order gets
   * one e-mail of failed payments, and none once its being paid is told. A return gets none about a step before one that
   * was claimed.
   */
  claim(email: NewEmail): Promise<Claim> {
    return this.database.transaction(async (tx) => {
      const now = this.clock.now();
      const cancels = email.template === 'order-cancelled';
      const cancelled = email.order_id !== null && (await this.emails.lockOrder(tx, email.order_id, cancels));
      const row = await this.emails.lock(tx, email, now);
      if (row.status === 'sent' || row.status === 'suppressed') return { outcome: 'settled', status: row.status };
      if (isHeld(row, now)) return { outcome: 'held', until: row.leaseUntil };

      if (email.user_id !== null && (await this.emails.isErased(tx, email.user_id))) {
        await this.emails.suppress(tx, row.emailId, 'user-erased');
        await this.emails.forgetUser(email.user_id, tx);
        return { outcome: 'settled', status: 'suppressed' };
      }
      const objection =
        (await this.overtakenBy(tx, email, row, cancelled)) ?? (await this.refusedByRecipient(tx, email, row, now));
      if (objection !== undefined) {
        await this.emails.suppress(tx, row.emailId, objection);
        return { outcome: 'settled', status: 'suppressed' };
      }
      if (cancels || email.return_id !== null) {
        const until = await this.emails.otherLease(tx, row, { now, latest: latestEnd(now, LEASE_MS) });
        if (until) return { outcome: 'held', until };
      }
      const duplicatePossible = row.status === 'sending';
      const claim = { id: randomUUID(), until: new Date(now.getTime() + LEASE_MS), duplicate: duplicatePossible };
      await this.emails.startSending(tx, row.emailId, claim);
      const attempt = row.attempts + 1;
      return { outcome: 'claimed', emailId: row.emailId, claimId: claim.id, attempt, duplicatePossible };
    });
  }

  /** Returns the e-mail of the same order that makes this one needless. */
  private async overtakenBy(
    tx: Tx,
    { template, order_id }: NewEmail,
    row: Email,
    cancelled: boolean,
  ): Promise<NewEmail['template'] | undefined> {
    if (cancelled && !AFTER_CANCELLATION.includes(template)) return 'order-cancelled';
    if (row.returnId !== null) return this.emails.ofReturn(tx, row, stepsAfter(template));
    if (template !== 'payment-failed' || order_id === null) return undefined;
    return this.emails.afterFailure(tx, order_id, row.emailId);
  }

  private async refusedByRecipient(
    tx: Tx,
    email: NewEmail,
    { attempts }: Email,
    now: Date,
  ): Promise<string | undefined> {
    if (await this.emails.isAddressSuppressed(tx, email.recipient_hash)) return 'address-suppressed';
    const counts = email.unverified && attempts === 0;
    return counts && !(await this.strangers.take(tx, email, now)) ? RECIPIENT_LIMIT : undefined;
  }

  /** False if the lease had expired and was taken over: then the e-mail may be sent twice. */
  markSent({ emailId, claimId }: Claimed, messageId: string): Promise<boolean> {
    return this.emails.markSent(emailId, claimId, messageId, this.clock.now());
  }

  /** `uncertain`: the provider may have accepted it nevertheless. */
  async markUnsent(claim: Claimed, as: { giveUp: boolean; failure: string; uncertain: boolean }): Promise<void> {
    const { giveUp, failure, uncertain } = as;
    const status = giveUp ? 'failed' : 'queued';
    await this.emails.markUnsent(claim.emailId, claim.claimId, { status, failure, duplicate: uncertain });
  }

  /** Whether all of these e-mails of the order are settled: sent, suppressed or failed. */
  async allSettled(orderId: number, templates: readonly NewEmail['template'][]): Promise<boolean> {
    return templates.length === 0 || (await this.emails.countSettled(orderId, templates)) === templates.length;
  }

  /** Stops all e-mails to this address. */
  async suppressAddress(address: string, reason: string): Promise<void> {
    await this.emails.suppressAddress(this.hashAddress(address), reason, this.clock.now());
  }

  /**
   * Erases a person from the ledger, for good. The mark is committed first: a claim that did not see it has inserted
   * its row before, so the second statement finds that row (or waits for it).
   */
  async forgetUser(userId: number): Promise<number> {
    await this.emails.markErased(userId, this.clock.now());
    return this.emails.forgetUser(userId);
  }
}

function stepsAfter(template: NewEmail['template']): NewEmail['template'][] {
  return RETURN_STEPS.slice(RETURN_STEPS.findIndex((step) => step.includes(template)) + 1).flat();
}

const isRunning = (until: Date, now: Date) => until > now && until <= latestEnd(now, LEASE_MS);

function isHeld(row: Email, now: Date): row is Email & { leaseUntil: Date } {
  return row.status === 'sending' && row.leaseUntil !== null && isRunning(row.leaseUntil, now);
}

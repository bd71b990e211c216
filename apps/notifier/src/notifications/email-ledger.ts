import { createHmac, randomUUID } from 'node:crypto';
import { Database } from '@app/database';
import { Clock, emailKey, latestEnd } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Email } from './email.entity.js';
import { EmailsRepository, type NewEmail } from './emails.repository.js';
import { StrangerLimits, TOO_MANY } from './stranger-limits.js';

/** Longer than any send may take, shorter than the queue hides a message whose receiver died. */
export const LEASE_MS = 60_000;

export type Claim =
  | { outcome: 'claimed'; emailId: number; claimId: string; attempt: number; duplicatePossible: boolean }
  /** Nothing is left to do. */
  | { outcome: 'settled'; status: 'sent' | 'suppressed' }
  /** Somebody is sending this e-mail, or one that must not follow it. */
  | { outcome: 'held'; until: Date };

export type Claimed = Extract<Claim, { outcome: 'claimed' }>;

export class LedgerSettings {
  constructor(readonly addressHashKey: string) {}
}

/**
 * Who may send which e-mail, and what became of it. An e-mail is sent by the holder of its lease alone; a lease that ran
 * out is taken over, since its holder has died (or slept) before it noted the outcome.
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

  /** Once an order's cancellation is claimed, no other e-mail of that order is ever claimed. */
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
      const overtaken = cancelled && !cancels;
      if (overtaken || (await this.emails.isAddressSuppressed(tx, email.recipient_hash))) {
        await this.emails.suppress(tx, row.emailId, overtaken ? 'order-cancelled' : 'address-suppressed');
        return { outcome: 'settled', status: 'suppressed' };
      }
      if (email.unverified && row.attempts === 0 && !(await this.strangers.take(tx, email, now))) {
        await this.emails.suppress(tx, row.emailId, TOO_MANY);
        return { outcome: 'settled', status: 'suppressed' };
      }
      if (cancels && email.order_id !== null) {
        const until = await this.emails.otherLease(tx, email.order_id, row.emailId, {
          now,
          latest: latestEnd(now, LEASE_MS),
        });
        if (until) return { outcome: 'held', until };
      }
      const duplicatePossible = row.status === 'sending';
      const claim = { id: randomUUID(), until: new Date(now.getTime() + LEASE_MS), duplicate: duplicatePossible };
      await this.emails.startSending(tx, row.emailId, claim);
      const attempt = row.attempts + 1;
      return { outcome: 'claimed', emailId: row.emailId, claimId: claim.id, attempt, duplicatePossible };
    });
  }

  /** Answers false when the lease had run out and somebody else took over: then the e-mail may go out twice. */
  sent({ emailId, claimId }: Claimed, messageId: string): Promise<boolean> {
    return this.emails.markSent(emailId, claimId, messageId, this.clock.now());
  }

  /** `uncertain`: the provider may have taken it all the same. */
  async notSent(claim: Claimed, as: { giveUp: boolean; failure: string; uncertain: boolean }): Promise<void> {
    const { giveUp, failure, uncertain } = as;
    const status = giveUp ? 'failed' : 'queued';
    await this.emails.markUnsent(claim.emailId, claim.claimId, { status, failure, duplicate: uncertain });
  }

  /** Whether all of these e-mails of the order have reached an end. */
  async allSettled(orderId: number, templates: readonly NewEmail['template'][]): Promise<boolean> {
    return templates.length === 0 || (await this.emails.countSettled(orderId, templates)) === templates.length;
  }

  /** Nothing is sent to this address any more. */
  async suppressAddress(address: string, reason: string): Promise<void> {
    await this.emails.suppressAddress(this.hashAddress(address), reason, this.clock.now());
  }

  /**
   * Erases a person from the ledger, for good. The mark is committed first: a claim that did not see it has written its
   * line before, so that the second statement finds (or waits for) that line.
   */
  async forgetUser(userId: number): Promise<number> {
    await this.emails.markErased(userId, this.clock.now());
    return this.emails.forgetUser(userId);
  }
}

const isRunning = (until: Date, now: Date) => until > now && until <= latestEnd(now, LEASE_MS);

function isHeld(row: Email, now: Date): row is Email & { leaseUntil: Date } {
  return row.status === 'sending' && row.leaseUntil !== null && isRunning(row.leaseUntil, now);
}

import { AuditLog } from '@app/audit';
import { canonicalEmail, Clock, DomainError, notFound } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import type { Email, EmailStatus } from '../notifications/email.entity.js';
import { EmailLedger } from '../notifications/email-ledger.js';
import { EmailsAdminRepository, type Suppression } from './emails-admin.repository.js';

const HASH = /^[0-9a-f]{64}$/;

/** Operators' access to e-mails and suppressed addresses. Each change writes a row to the audit log. */
@Injectable()
export class EmailsAdminService {
  constructor(
    private readonly emails: EmailsAdminRepository,
    private readonly ledger: EmailLedger,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Returns the newest first, at most `limit`. */
  list(status: EmailStatus | undefined, limit: number): Promise<Email[]> {
    return this.emails.list(status, limit);
  }

  async get(emailId: number): Promise<Email> {
    const email = await this.emails.find(emailId);
    if (!email) throw notFound(`e-mail ${emailId}`);
    return email;
  }

  /** Lets the next delivery of the event send the e-mail once, even if it was sent before. */
  async requeue(emailId: number, operator: string): Promise<Email> {
    const who = { operator, action: 'emails.resend', target: String(emailId) };
    const email = await this.audit.change(who, async (tx) => {
      const found = await this.emails.find(emailId, tx);
      if (!found) throw notFound(`e-mail ${emailId}`);
      assertSendable(found);
      if (!(await this.emails.requeue(tx, found))) throw busy(emailId);
      const { status, attempts } = found;
      return { before: { status, attempts }, after: { status: 'queued', attempts }, result: found };
    });
    if (!email) throw busy(emailId);
    return email;
  }

  suppressions(limit: number): Promise<Suppression[]> {
    return this.emails.suppressions(limit);
  }

  /** `address` may be the hash that the list shows. False if it was already suppressed. */
  async suppress(address: string, operator: string): Promise<boolean> {
    const hash = this.hashOf(address);
    const done = await this.audit.change({ operator, action: 'suppressions.add', target: hash }, async (tx) => {
      if (await this.emails.suppression(tx, hash)) return null;
      await this.emails.suppress(tx, hash, 'operator', this.clock.now());
      return { before: null, after: { reason: 'operator' }, result: true };
    });
    return done !== null;
  }

  /** False if it was not suppressed. */
  async unsuppress(address: string, operator: string): Promise<boolean> {
    const hash = this.hashOf(address);
    const done = await this.audit.change({ operator, action: 'suppressions.remove', target: hash }, async (tx) => {
      const before = await this.emails.suppression(tx, hash);
      if (!before) return null;
      await this.emails.unsuppress(tx, hash);
      return { before: { reason: before.reason }, after: null, result: true };
    });
    return done !== null;
  }

  private hashOf(address: string): string {
    if (HASH.test(address)) return address;
    if (canonicalEmail(address) === undefined) {
      throw new DomainError('validation-failed', 'Give an e-mail address, or the hash of one as the list shows it.');
    }
    return this.ledger.hashAddress(address);
  }
}

function assertSendable({ emailId, status, failure }: Email): void {
  if (status === 'sending') throw busy(emailId);
  if (status !== 'suppressed') return;
  throw new DomainError('validation-failed', `E-mail ${emailId} must not be sent: ${failure ?? 'it is suppressed'}.`);
}

function busy(emailId: number): DomainError {
  return new DomainError('service-unavailable', `E-mail ${emailId} is being sent just now. Look again in a minute.`);
}

import 'reflect-metadata';
import type { Database } from '@app/database';
import { EmailsRepository } from '../../../apps/notifier/src/notifications/emails.repository.js';

/** A holder records its result even if another process has taken over the e-mail. */
async function note(emails: EmailsRepository, changes: string, values: unknown[]): Promise<boolean> {
  const { database } = emails as unknown as { database: Database };
  await database.execute(
    `UPDATE emails SET ${changes}, claim_id = NULL, lease_until = NULL WHERE email_id = ?`,
    values,
  );
  return true;
}
EmailsRepository.prototype.markSent = function (this: EmailsRepository, emailId, _claimId, messageId, now) {
  return note(this, "status = 'sent', message_id = ?, sent_at = ?", [messageId, now, emailId]);
};
EmailsRepository.prototype.markUnsent = async function (this: EmailsRepository, emailId, _claimId, as) {
  await note(this, 'status = ?, failure = ?', [as.status, as.failure, emailId]);
};

import 'reflect-metadata';
import type { Database } from '@app/database';
import { EmailsRepository } from '../../../apps/notifier/src/notifications/emails.repository.js';

/** Whoever has sent an e-mail, or failed to, notes it, also when somebody else has taken it over. */
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

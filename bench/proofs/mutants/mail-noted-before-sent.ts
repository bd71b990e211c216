import 'reflect-metadata';
import type { Database } from '@app/database';
import { EmailsRepository } from '../../../apps/notifier/src/notifications/emails.repository.js';

/** Marks an e-mail as sent when it is claimed, so that no lease expires. */
const startSending = EmailsRepository.prototype.startSending;
EmailsRepository.prototype.startSending = async function (tx, emailId, claim) {
  await startSending.call(this, tx, emailId, claim);
  const { database } = this as unknown as { database: Database };
  await database.execute("UPDATE emails SET status = 'sent' WHERE email_id = ?", [emailId], tx);
};

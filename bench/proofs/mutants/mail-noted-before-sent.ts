import 'reflect-metadata';
import type { Database } from '@app/database';
import { EmailsRepository } from '../../../apps/notifier/src/notifications/emails.repository.js';

/** An e-mail counts as sent from its claim on; there is no lease that ends. */
const startSending = EmailsRepository.prototype.startSending;
EmailsRepository.prototype.startSending = async function (tx, emailId, claim) {
  await startSending.call(this, tx, emailId, claim);
  const { database } = this as unknown as { database: Database };
  await database.execute("UPDATE emails SET status = 'sent' WHERE email_id = ?", [emailId], tx);
};

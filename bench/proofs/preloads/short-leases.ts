import 'reflect-metadata';
import { EmailsRepository } from '../../../apps/notifier/src/notifications/emails.repository.js';

const LEASE_MS = 2_000;

/** The lease for sending an e-mail lasts two seconds. */
const { startSending } = EmailsRepository.prototype;
EmailsRepository.prototype.startSending = function (this: EmailsRepository, tx, emailId, claim) {
  return startSending.call(this, tx, emailId, { ...claim, until: new Date(Date.now() + LEASE_MS) });
};

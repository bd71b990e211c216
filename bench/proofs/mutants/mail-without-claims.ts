import 'reflect-metadata';
import { EmailLedger } from '../../../apps/notifier/src/notifications/email-ledger.js';

/** Sends the e-mail at every delivery of its event. */
EmailLedger.prototype.claim = () =>
  Promise.resolve({ outcome: 'claimed', emailId: 0, claimId: '', attempt: 1, duplicatePossible: false });
EmailLedger.prototype.markSent = () => Promise.resolve(true);

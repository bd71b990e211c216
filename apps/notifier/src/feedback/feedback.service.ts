import type { Logger } from '@app/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../notifications/delivery.service.js';
import { EmailLedger } from '../notifications/email-ledger.js';
import { readSesEvent } from './ses-event.js';

/** Listens to SES: an address that bounces for good, or whose owner complains, gets no more e-mails. */
@Injectable()
export class FeedbackService {
  constructor(
    private readonly ledger: EmailLedger,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** May be repeated. Rejects what is no event of SES, which then ends as a dead letter. */
  async dispatch({ messageId, body }: { messageId: string; body: string }): Promise<void> {
    const event = readSesEvent(messageId, body);
    if (event === 'trial') {
      this.logger.info({ message_id: messageId }, 'SES has tried the way of its feedback');
      return;
    }
    const { bounce, complaint } = event;
    // A full mailbox or a vacation is no reason to stop writing.
    const bounced = bounce?.bounceType === 'Permanent' ? (bounce.bouncedRecipients ?? []) : [];
    for (const { emailAddress } of bounced) await this.ledger.suppressAddress(emailAddress, 'bounce');
    const complained = complaint?.complainedRecipients ?? [];
    for (const { emailAddress } of complained) await this.ledger.suppressAddress(emailAddress, 'complaint');
    this.logger.info({ bounced: bounced.length, complained: complained.length }, 'feedback of SES');
  }
}

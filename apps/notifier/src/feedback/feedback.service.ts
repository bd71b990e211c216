import type { Logger } from '@app/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../notifications/delivery.service.js';
import { EmailLedger } from '../notifications/email-ledger.js';
import { readSesEvent } from './ses-event.js';

/** Consumes feedback of SES: addresses with permanent bounces or complaints get no more e-mails. */
@Injectable()
export class FeedbackService {
  constructor(
    private readonly ledger: EmailLedger,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Safe to repeat. Rejects anything but an event of SES, so that the queue dead-letters it. */
  async dispatch({ messageId, body }: { messageId: string; body: string }): Promise<void> {
    const event = readSesEvent(messageId, body);
    if (event === 'topic-validation') {
      this.logger.info({ message_id: messageId }, 'SES has tried the way of its feedback');
      return;
    }
    const { bounce, complaint } = event;
    // Transient bounces (a full mailbox, a vacation) do not stop e-mails.
    const bounced = bounce?.bounceType === 'Permanent' ? (bounce.bouncedRecipients ?? []) : [];
    for (const { emailAddress } of bounced) await this.ledger.suppressAddress(emailAddress, 'bounce');
    const complained = complaint?.complainedRecipients ?? [];
    for (const { emailAddress } of complained) await this.ledger.suppressAddress(emailAddress, 'complaint');
    this.logger.info({ bounced: bounced.length, complained: complained.length }, 'feedback of SES');
  }
}

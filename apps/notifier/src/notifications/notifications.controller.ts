import { EventContext, SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import { NotificationsService } from './notifications.service.js';
import { ORDER_EVENTS } from './order-mail.js';

/** Consumes the events about orders and accounts that cause e-mails. Each is delivered at least once, in any order. */
@Controller()
export class NotificationsController {
  constructor(private readonly notifications: NotificationsService) {}

  @EventPattern<string[]>(ORDER_EVENTS, SQS)
  orderChanged(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.orderChanged(context.envelopeOf(...ORDER_EVENTS), context);
  }

  @EventPattern<string>('user.verification-requested', SQS)
  verificationRequested(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.verificationRequested(context.envelopeOf('user.verification-requested'), context);
  }

  @EventPattern<string>('user.password-reset-requested', SQS)
  passwordResetRequested(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.passwordResetRequested(context.envelopeOf('user.password-reset-requested'), context);
  }

  @EventPattern<string>('user.password-changed', SQS)
  passwordChanged(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.passwordChanged(context.envelopeOf('user.password-changed'), context);
  }

  @EventPattern<string>('user.email-change-requested', SQS)
  emailChangeRequested(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.emailChangeRequested(context.envelopeOf('user.email-change-requested'), context);
  }

  @EventPattern<string>('user.email-verified', SQS)
  emailVerified(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.emailVerified(context.envelopeOf('user.email-verified'), context);
  }

  @EventPattern<string>('user.deleted', SQS)
  userDeleted(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.userDeleted(context.envelopeOf('user.deleted'));
  }
}

import { EventContext, SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import { PaymentNotificationsService } from './payment-notifications.service.js';

/** Consumes the events about payments of which customers are told. Each is delivered at least once, in any order. */
@Controller()
export class PaymentNotificationsController {
  constructor(private readonly notifications: PaymentNotificationsService) {}

  @EventPattern<string>('payment.failed', SQS)
  failed(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.failed(context.envelopeOf('payment.failed'), context);
  }

  @EventPattern<string>('payment.refunded', SQS)
  refunded(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.refunded(context.envelopeOf('payment.refunded'), context);
  }
}

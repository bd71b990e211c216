import { EventContext, SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import { StaffNotificationsService } from './staff-notifications.service.js';

/** Consumes the events of which staff are told. Each is delivered at least once, in any order. */
@Controller()
export class StaffNotificationsController {
  constructor(private readonly notifications: StaffNotificationsService) {}

  @EventPattern<string>('inventory.low', SQS)
  inventoryLow(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.inventoryLow(context.envelopeOf('inventory.low'), context);
  }

  @EventPattern<string>('payment.refund-failed', SQS)
  refundFailed(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.refundFailed(context.envelopeOf('payment.refund-failed'), context);
  }

  @EventPattern<string>('payment.disputed', SQS)
  disputed(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.disputed(context.envelopeOf('payment.disputed'), context);
  }

  @EventPattern<string>('payment.mismatch', SQS)
  mismatch(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.mismatch(context.envelopeOf('payment.mismatch'), context);
  }
}

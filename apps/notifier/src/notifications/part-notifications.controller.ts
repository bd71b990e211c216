import { EventContext, SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import { RETURN_EVENTS } from './part-mail.js';
import { PartNotificationsService } from './part-notifications.service.js';

/** Consumes the events about parts of an order. Each is delivered at least once, in any order. */
@Controller()
export class PartNotificationsController {
  constructor(private readonly notifications: PartNotificationsService) {}

  @EventPattern<string>('shipment.shipped', SQS)
  shipped(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.shipped(context.envelopeOf('shipment.shipped'), context);
  }

  @EventPattern<string>('order.partially-cancelled', SQS)
  partiallyCancelled(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.partiallyCancelled(context.envelopeOf('order.partially-cancelled'), context);
  }

  @EventPattern<string[]>(RETURN_EVENTS, SQS)
  returnChanged(@Ctx() context: EventContext): Promise<void> {
    return this.notifications.returnChanged(context.envelopeOf(...RETURN_EVENTS), context);
  }
}

import { OrderPayload } from '@app/events';
import { EventContext, SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ReservationLifecycleService } from './reservation-lifecycle.service.js';

/** Consumes the events of orders. */
@Controller()
export class OrderEventsController {
  constructor(private readonly lifecycle: ReservationLifecycleService) {}

  @EventPattern<string>('order.created', SQS)
  created(@Payload() { order_ref }: OrderPayload, @Ctx() context: EventContext): Promise<void> {
    return this.lifecycle.orderCreated({ event_id: context.envelope.event_id, order_ref });
  }

  @EventPattern<string>('order.shipped', SQS)
  shipped(@Payload() { order_ref }: OrderPayload, @Ctx() context: EventContext): Promise<void> {
    return this.lifecycle.orderShipped({ event_id: context.envelope.event_id, order_ref });
  }

  @EventPattern<string>('order.cancelled', SQS)
  cancelled(@Payload() { order_ref }: OrderPayload, @Ctx() context: EventContext): Promise<void> {
    return this.lifecycle.orderCancelled({ event_id: context.envelope.event_id, order_ref });
  }
}

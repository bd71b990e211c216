import {
  OrderPayload,
  PartialCancellationPayload,
  ReturnPayload,
  ShipmentPayload,
  UserDeletedPayload,
} from '@app/events';
import { SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { OrderEventsService } from './order-events.service.js';

/** Consumes the events of orders and users. Each handler is safe to run twice and late: the facts are asked. */
@Controller()
export class OrderEventsController {
  constructor(private readonly events: OrderEventsService) {}

  @EventPattern<string>('order.paid', SQS)
  paid(@Payload() order: OrderPayload): Promise<void> {
    return this.events.paid(order);
  }

  @EventPattern<string>('order.shipped', SQS)
  shipped(@Payload() { order_id }: OrderPayload): Promise<void> {
    return this.events.changed(order_id);
  }

  @EventPattern<string>('order.cancelled', SQS)
  cancelled(@Payload() { order_id }: OrderPayload): Promise<void> {
    return this.events.changed(order_id);
  }

  @EventPattern<string>('order.partially-cancelled', SQS)
  partiallyCancelled(@Payload() { order_id }: PartialCancellationPayload): Promise<void> {
    return this.events.changed(order_id);
  }

  /** The first one is what authorised money waits for. */
  @EventPattern<string>('shipment.shipped', SQS)
  partShipped(@Payload() { order_id }: ShipmentPayload): Promise<void> {
    return this.events.changed(order_id);
  }

  @EventPattern<string>('return.settled', SQS)
  returned(@Payload() { order_id }: ReturnPayload): Promise<void> {
    return this.events.changed(order_id);
  }

  @EventPattern<string>('order.claimed', SQS)
  claimed(@Payload() { order_id, user_id }: OrderPayload): Promise<void> {
    return this.events.claimed(order_id, user_id);
  }

  @EventPattern<string>('user.deleted', SQS)
  userDeleted(@Payload() { user_id }: UserDeletedPayload): Promise<void> {
    return this.events.eraseCustomer(user_id);
  }
}

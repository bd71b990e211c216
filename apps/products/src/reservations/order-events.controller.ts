import { OrderPayload, PartialCancellationPayload, ReturnPayload, ShipmentPayload } from '@app/events';
import { EventContext, SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { toCancelledPart, toOrderFact, toReturnedPart, toShippedPart, tellsOfShipments } from './order-facts.js';
import { ReservationLifecycleService } from './reservation-lifecycle.service.js';
import { ReservationPartsService } from './reservation-parts.service.js';
import { ReturnsService } from './returns.service.js';

/** Consumes the events of orders. */
@Controller()
export class OrderEventsController {
  constructor(
    private readonly lifecycle: ReservationLifecycleService,
    private readonly parts: ReservationPartsService,
    private readonly returns: ReturnsService,
  ) {}

  @EventPattern<string>('order.created', SQS)
  created(@Payload() order: OrderPayload, @Ctx() context: EventContext): Promise<void> {
    return this.lifecycle.orderCreated(toOrderFact(order, context));
  }

  /** Of the release before only: others have said in `shipment.shipped` what left. */
  @EventPattern<string>('order.shipped', SQS)
  async shipped(@Payload() order: OrderPayload, @Ctx() context: EventContext): Promise<void> {
    if (!tellsOfShipments(order)) await this.lifecycle.orderShipped(toOrderFact(order, context));
  }

  @EventPattern<string>('order.cancelled', SQS)
  cancelled(@Payload() order: OrderPayload, @Ctx() context: EventContext): Promise<void> {
    return this.lifecycle.orderCancelled(toOrderFact(order, context));
  }

  @EventPattern<string>('shipment.shipped', SQS)
  shipmentShipped(@Payload() payload: ShipmentPayload, @Ctx() context: EventContext): Promise<void> {
    return this.parts.shipped(toShippedPart(payload, context));
  }

  @EventPattern<string>('order.partially-cancelled', SQS)
  partiallyCancelled(@Payload() payload: PartialCancellationPayload, @Ctx() context: EventContext): Promise<void> {
    return this.parts.cancelled(toCancelledPart(payload, context));
  }

  @EventPattern<string>('return.received', SQS)
  returnReceived(@Payload() payload: ReturnPayload, @Ctx() context: EventContext): Promise<void> {
    return this.returns.received(toReturnedPart(payload, context));
  }
}

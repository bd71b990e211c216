import { EventContext, SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern } from '@nestjs/microservices';
import { OrderPaymentsService } from './order-payments.service.js';

/** Events that may move an order's money. */
const NEWS = [
  'payment.authorized',
  'payment.captured',
  'payment.cancelled',
  'payment.refunded',
  'payment.refund-failed',
  'payment.disputed',
  'payment.mismatch',
] as const;

/** Consumes the events about payments. Each says all of its payment, so one handler takes them all, twice and late. */
@Controller()
export class PaymentsController {
  constructor(private readonly payments: OrderPaymentsService) {}

  @EventPattern<readonly string[]>(NEWS, SQS)
  paymentChanged(@Ctx() context: EventContext): Promise<void> {
    const { payload, aggregate_version } = context.envelopeOf(...NEWS);
    return this.payments.learn(payload, aggregate_version);
  }
}

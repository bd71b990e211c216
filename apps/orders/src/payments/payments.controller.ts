import { PaymentPayload } from '@app/events';
import { EventContext, SQS } from '@app/messaging';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { OrderPaymentsService } from './order-payments.service.js';

/** Consumes the events about payments. Each says all of its payment, so one handler takes them all, twice and late. */
@Controller()
export class PaymentsController {
  constructor(private readonly payments: OrderPaymentsService) {}

  @EventPattern<string[]>(
    [
      'payment.authorized',
      'payment.captured',
      'payment.cancelled',
      'payment.refunded',
      'payment.refund-failed',
      'payment.disputed',
      'payment.mismatch',
    ],
    SQS,
  )
  paymentChanged(@Payload() payload: PaymentPayload, @Ctx() { envelope }: EventContext): Promise<void> {
    return this.payments.learn(payload, envelope.aggregate_version);
  }
}

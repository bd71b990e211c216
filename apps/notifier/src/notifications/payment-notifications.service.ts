import type { Envelope, PaymentPayload } from '@app/events';
import { Injectable } from '@nestjs/common';
import { DeliveryService } from './delivery.service.js';
import { NotificationSettings } from './notification-settings.js';
import { isUnverified } from './order-mail.js';
import { paymentFailedView, refundMadeView } from './payment-mail.js';
import { type Delivery, isLast } from './queue-delivery.js';
import type { PaymentViews, Views } from './templates/views.js';

/** Tells customers what has become of their money. */
@Injectable()
export class PaymentNotificationsService {
  constructor(
    private readonly delivery: DeliveryService,
    private readonly settings: NotificationSettings,
  ) {}

  async failed(envelope: Envelope<'payment.failed'>, by: Delivery): Promise<void> {
    const view = paymentFailedView(envelope.payload, this.settings.paymentUrl);
    await this.sendToCustomer('payment-failed', view, envelope, by);
  }

  async refunded(envelope: Envelope<'payment.refunded'>, by: Delivery): Promise<void> {
    await this.sendToCustomer('refund-made', refundMadeView(envelope.payload), envelope, by);
  }

  private async sendToCustomer<Name extends keyof PaymentViews>(
    template: Name,
    view: Views[Name],
    { event_id, payload }: { event_id: string; payload: PaymentPayload },
    by: Delivery,
  ): Promise<void> {
    const { customer_email: to, user_id, order_id } = payload;
    // Empty once the customer's personal data was erased.
    if (to === '') return;
    const unverified = isUnverified(payload);
    await this.delivery.deliver({
      event_id,
      template,
      view,
      to,
      user_id,
      order_id,
      unverified,
      last_delivery: isLast(by),
    });
  }
}

import type { Envelope, PaymentPayload } from '@app/events';
import { Injectable } from '@nestjs/common';
import { DeliveryService } from './delivery.service.js';
import { NotificationSettings } from './notification-settings.js';
import { type Delivery, isLast } from './queue-delivery.js';
import { oneLine, type StaffViews, type Views } from './templates/views.js';

/** Tells staff what they have to look after. */
@Injectable()
export class StaffNotificationsService {
  constructor(
    private readonly delivery: DeliveryService,
    private readonly settings: NotificationSettings,
  ) {}

  async inventoryLow({ event_id, payload }: Envelope<'inventory.low'>, by: Delivery): Promise<void> {
    const { sku, name, available_quantity, low_stock_threshold } = payload;
    const view = { sku: oneLine(sku), product_name: oneLine(name), available_quantity, low_stock_threshold };
    await this.send('low-stock', view, event_id, by);
  }

  async refundFailed({ event_id, payload }: Envelope<'payment.refund-failed'>, by: Delivery): Promise<void> {
    const view = {
      ...paymentView(payload, payload.refund_amount),
      refund_id: String(payload.refund_id),
      failure_code: oneLine(payload.refund_failure_code ?? 'unknown'),
    };
    await this.send('refund-failed', view, event_id, by);
  }

  /** Nobody has to do anything about a dispute that was won. */
  async disputed({ event_id, payload }: Envelope<'payment.disputed'>, by: Delivery): Promise<void> {
    const { dispute_amount, dispute_ref, dispute_status: status } = payload;
    if (status === 'won') return;
    const view = { ...paymentView(payload, dispute_amount), dispute_ref: oneLine(dispute_ref), status };
    await this.send('dispute-opened', view, event_id, by);
  }

  async mismatch({ event_id, payload }: Envelope<'payment.mismatch'>, by: Delivery): Promise<void> {
    const { amount, paid_amount, paid_currency } = payload;
    await this.send('payment-mismatch', { ...paymentView(payload, amount), paid_amount, paid_currency }, event_id, by);
  }

  /** Not as an e-mail of its order: those may stop, and what staff have to do does not. */
  private async send<Name extends keyof StaffViews>(
    template: Name,
    view: Views[Name],
    event_id: string,
    by: Delivery,
  ): Promise<void> {
    const { staffEmail: to } = this.settings;
    if (to === undefined) return;
    const toNobodyElse = { user_id: null, order_id: null, unverified: false };
    await this.delivery.deliver({ event_id, template, view, to, ...toNobodyElse, last_delivery: isLast(by) });
  }
}

function paymentView({ order_id, payment_id, currency }: PaymentPayload, amount: string) {
  return { order_id: String(order_id), payment_id: String(payment_id), amount, currency };
}

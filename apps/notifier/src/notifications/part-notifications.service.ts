import type { Envelope, OrderPayload } from '@app/events';
import { Injectable } from '@nestjs/common';
import { DeliveryService } from './delivery.service.js';
import { isUnverified } from './order-mail.js';
import {
  partialCancellationView,
  RETURN_TEMPLATES,
  type ReturnEventType,
  returnView,
  shipmentView,
} from './part-mail.js';
import { type Delivery, isLast } from './queue-delivery.js';
import type { PartViews } from './templates/part-views.js';
import type { Views } from './templates/views.js';

type About<Name extends keyof PartViews> = { template: Name; view: Views[Name]; return_id?: number };

/** Tells customers of each part of an order: what left, what was cancelled, what comes back. */
@Injectable()
export class PartNotificationsService {
  constructor(private readonly delivery: DeliveryService) {}

  async shipped(envelope: Envelope<'shipment.shipped'>, by: Delivery): Promise<void> {
    await this.send({ template: 'shipment-shipped', view: shipmentView(envelope.payload) }, envelope, by);
  }

  async partiallyCancelled(envelope: Envelope<'order.partially-cancelled'>, by: Delivery): Promise<void> {
    const view = partialCancellationView(envelope.payload);
    await this.send({ template: 'order-partially-cancelled', view }, envelope, by);
  }

  async returnChanged(envelope: Envelope<ReturnEventType>, by: Delivery): Promise<void> {
    const { event_type, payload } = envelope;
    const { return_id } = payload.return;
    await this.send({ template: RETURN_TEMPLATES[event_type], view: returnView(payload), return_id }, envelope, by);
  }

  private async send<Name extends keyof PartViews>(
    email: About<Name>,
    { event_id, payload }: { event_id: string; payload: OrderPayload },
    by: Delivery,
  ): Promise<void> {
    const { customer_email: to, user_id, order_id } = payload;
    // Empty once the customer's personal data was erased.
    if (to === '') return;
    const unverified = isUnverified(payload);
    const last_delivery = isLast(by);
    await this.delivery.deliver({ ...email, event_id, to, user_id, order_id, unverified, last_delivery });
  }
}

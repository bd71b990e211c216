import { Clock } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { PaymentProvider } from '../providers/payment-provider.js';
import { PaymentsSettings } from '../payments.settings.js';
import type { PayableOrder } from './orders.client.js';
import { BY_HAND } from './payment-status.js';
import { Payment } from './payment.entity.js';

/** The provider has this long to tell by itself what becomes of a payment; then it is asked. */
const FIRST_CHECK_MS = 120_000;

export interface Asked {
  paymentRef: string;
  order: PayableOrder;
  /** Minor units. */
  amount: number;
  returnUrl: string | null;
}

/** Builds payments that are not stored yet. */
@Injectable()
export class NewPayments {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly settings: PaymentsSettings,
    private readonly clock: Clock,
  ) {}

  /** A payment that the customer has yet to make. */
  byCard(asked: Asked): Payment {
    const at = this.clock.now();
    return filled(asked, at, {
      method: 'card',
      provider: this.provider.name,
      openOrderId: asked.order.order_id,
      capturedOnShipment: this.settings.capture === 'on_shipment',
      nextCheckAt: new Date(at.getTime() + FIRST_CHECK_MS),
    });
  }

  /** Money that staff have in hand. An order is paid by hand at most once: its ref is the provider's, which is unique. */
  byHand(asked: Asked): Payment {
    const at = this.clock.now();
    return filled(asked, at, {
      method: 'manual',
      provider: BY_HAND,
      providerRef: asked.order.order_ref,
      status: 'captured',
      authorizedAmount: asked.amount,
      capturedAmount: asked.amount,
      nextCheckAt: at,
    });
  }
}

function filled({ paymentRef, order, amount, returnUrl }: Asked, at: Date, more: Partial<Payment>): Payment {
  return Object.assign(new Payment(), {
    paymentRef,
    orderId: order.order_id,
    openOrderId: null,
    orderRef: order.order_ref,
    userId: order.user_id,
    customerEmail: order.customer_email,
    customerName: order.customer_name,
    customerEmailVerified: order.customer_email_verified,
    providerRef: null,
    status: 'created',
    amount,
    currency: order.currency,
    capturedOnShipment: false,
    captureAmount: null,
    authorizedAmount: 0,
    capturedAmount: 0,
    refundedAmount: 0,
    refundingAmount: 0,
    disputedAmount: 0,
    mismatch: false,
    captureBefore: null,
    clientSecret: null,
    returnUrl,
    cancelReason: null,
    failureCode: null,
    failureMessage: null,
    syncs: 0,
    createdAt: at,
    updatedAt: at,
    version: 1,
    ...more,
  });
}

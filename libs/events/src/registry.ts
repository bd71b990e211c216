import type { EventType } from './event-types.js';
import { InventoryLowPayload } from './inventory-payloads.js';
import { OrderPayload } from './order-payload.js';
import { PartialCancellationPayload, ReturnPayload, ShipmentPayload } from './parts-payloads.js';
import {
  PaymentDisputedPayload,
  PaymentFailedPayload,
  PaymentMismatchPayload,
  PaymentPayload,
  PaymentRefundPayload,
} from './payment-payloads.js';
import {
  EmailChangeRequestedPayload,
  EmailVerifiedPayload,
  PasswordChangedPayload,
  PasswordResetRequestedPayload,
  SessionsEndedPayload,
  UserDeletedPayload,
  UserRegisteredPayload,
  VerificationRequestedPayload,
} from './user-payloads.js';

/** The payload of each event, at compile time. */
export interface EventPayloads {
  'order.created': OrderPayload;
  'order.paid': OrderPayload;
  'order.shipped': OrderPayload;
  'order.completed': OrderPayload;
  'order.cancelled': OrderPayload;
  'order.refunded': OrderPayload;
  'order.claimed': OrderPayload;
  'order.partially-cancelled': PartialCancellationPayload;
  'shipment.shipped': ShipmentPayload;
  'return.requested': ReturnPayload;
  'return.approved': ReturnPayload;
  'return.rejected': ReturnPayload;
  'return.received': ReturnPayload;
  'return.settled': ReturnPayload;
  'user.registered': UserRegisteredPayload;
  'user.verification-requested': VerificationRequestedPayload;
  'user.password-reset-requested': PasswordResetRequestedPayload;
  'user.password-changed': PasswordChangedPayload;
  'user.email-change-requested': EmailChangeRequestedPayload;
  'user.email-verified': EmailVerifiedPayload;
  'user.sessions-ended': SessionsEndedPayload;
  'user.deleted': UserDeletedPayload;
  'inventory.low': InventoryLowPayload;
  'payment.authorized': PaymentPayload;
  'payment.captured': PaymentPayload;
  'payment.failed': PaymentFailedPayload;
  'payment.cancelled': PaymentPayload;
  'payment.refunded': PaymentRefundPayload;
  'payment.refund-failed': PaymentRefundPayload;
  'payment.disputed': PaymentDisputedPayload;
  'payment.mismatch': PaymentMismatchPayload;
}

/** The same at run time: the class that validates each payload. */
export const PAYLOAD_CLASSES: { readonly [K in EventType]: new () => EventPayloads[K] } = {
  'order.created': OrderPayload,
  'order.paid': OrderPayload,
  'order.shipped': OrderPayload,
  'order.completed': OrderPayload,
  'order.cancelled': OrderPayload,
  'order.refunded': OrderPayload,
  'order.claimed': OrderPayload,
  'order.partially-cancelled': PartialCancellationPayload,
  'shipment.shipped': ShipmentPayload,
  'return.requested': ReturnPayload,
  'return.approved': ReturnPayload,
  'return.rejected': ReturnPayload,
  'return.received': ReturnPayload,
  'return.settled': ReturnPayload,
  'user.registered': UserRegisteredPayload,
  'user.verification-requested': VerificationRequestedPayload,
  'user.password-reset-requested': PasswordResetRequestedPayload,
  'user.password-changed': PasswordChangedPayload,
  'user.email-change-requested': EmailChangeRequestedPayload,
  'user.email-verified': EmailVerifiedPayload,
  'user.sessions-ended': SessionsEndedPayload,
  'user.deleted': UserDeletedPayload,
  'inventory.low': InventoryLowPayload,
  'payment.authorized': PaymentPayload,
  'payment.captured': PaymentPayload,
  'payment.failed': PaymentFailedPayload,
  'payment.cancelled': PaymentPayload,
  'payment.refunded': PaymentRefundPayload,
  'payment.refund-failed': PaymentRefundPayload,
  'payment.disputed': PaymentDisputedPayload,
  'payment.mismatch': PaymentMismatchPayload,
};

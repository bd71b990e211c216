/** Every event the platform publishes. Names are in the past tense; a released name never changes its meaning. */
export const EVENT_TYPES = [
  'order.created',
  'order.paid',
  'order.shipped',
  'order.completed',
  'order.cancelled',
  'user.registered',
  'user.verification-requested',
  'user.password-reset-requested',
  'user.password-changed',
  'user.email-change-requested',
  'user.email-verified',
  'user.sessions-ended',
  'user.deleted',
  'inventory.low',
  'payment.authorized',
  'payment.captured',
  'payment.failed',
  'payment.cancelled',
  'payment.refunded',
  'payment.refund-failed',
  'payment.disputed',
  'payment.mismatch',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** The spelling of the platform's first releases, still accepted from other publishers. */
export const OLDER_EVENT_TYPES = ['order_created', 'order_updated', 'order_shipped', 'order.updated'] as const;
export type OlderEventType = (typeof OLDER_EVENT_TYPES)[number];

export const PRODUCERS = ['users', 'products', 'orders', 'payments'] as const;
export type Producer = (typeof PRODUCERS)[number];

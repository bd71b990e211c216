/** Every event the platform publishes. Names are in the past tense; a released name never changes its meaning. */
export const EVENT_TYPES = [
  'order.created',
  'order.paid',
  'order.shipped',
  'order.completed',
  'order.cancelled',
  'order.refunded',
  'order.claimed',
  'order.partially-cancelled',
  'shipment.shipped',
  'return.requested',
  'return.approved',
  'return.rejected',
  'return.received',
  'return.settled',
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

type SubjectOf<Type> = Type extends `${infer Subject}.${string}` ? Subject : never;
type Subject = SubjectOf<EventType>;

/** The service that publishes the events about a subject; a contract test compares these with the manifests. */
const PRODUCER_OF = {
  user: 'users',
  inventory: 'products',
  order: 'orders',
  shipment: 'orders',
  return: 'orders',
  payment: 'payments',
} as const satisfies Record<Subject, string>;

export type Producer = (typeof PRODUCER_OF)[Subject];
export const PRODUCERS: readonly Producer[] = [...new Set(Object.values(PRODUCER_OF))];

/** Returns the service that publishes an event. */
export function producerOf(type: EventType): Producer {
  return PRODUCER_OF[type.slice(0, type.indexOf('.')) as Subject];
}

import { REFUND_REASONS } from '@app/events';

/**
 * `requested`: stored, and perhaps sent; `submitted`: sent, and the outcome is unknown or still to come. A refund that
 * has succeeded may fail later, when the customer's bank sends the money back.
 */
export const REFUND_STATUSES = ['requested', 'submitted', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

export const REFUND_TRANSITIONS: Readonly<Record<RefundStatus, readonly RefundStatus[]>> = {
  requested: ['submitted', 'succeeded', 'failed'],
  submitted: ['succeeded', 'failed'],
  succeeded: ['failed'],
  failed: [],
};

/** Money that has been promised to the customer and may not be promised again. */
export function isPending(status: RefundStatus): boolean {
  return status === 'requested' || status === 'submitted';
}

/**
 * Who wanted a refund. `order`: the platform, for what the order says; `staff`: somebody at the shop; `provider`: somebody
 * at the provider, where we only saw it.
 */
export const REFUND_ORIGINS = ['order', 'staff', 'provider'] as const;
export type RefundOrigin = (typeof REFUND_ORIGINS)[number];

export { REFUND_REASONS };
export type RefundReason = (typeof REFUND_REASONS)[number];

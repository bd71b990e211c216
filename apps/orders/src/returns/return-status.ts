import { RETURN_STATUSES } from '@app/events';

export { RETURN_STATUSES };
export type ReturnStatus = (typeof RETURN_STATUSES)[number];

/** From each status, the statuses a return may take next. What has been received stays so, whatever is settled. */
export const RETURN_TRANSITIONS: Readonly<Record<ReturnStatus, readonly ReturnStatus[]>> = {
  requested: ['approved', 'rejected', 'cancelled'],
  approved: ['received', 'cancelled'],
  received: ['settled', 'cancelled'],
  rejected: [],
  cancelled: [],
  settled: [],
};

/** Its pieces are announced, and may not be announced again. */
export const isUnderWay = (status: ReturnStatus): boolean => status === 'requested' || status === 'approved';

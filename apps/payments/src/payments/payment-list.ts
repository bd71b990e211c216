import { ListQuery, type Statements } from '@app/database';
import { invalid, type ListRequest } from '@app/kernel';
import type { PaymentStatus } from './payment-status.js';
import type { Payment } from './payment.entity.js';

export interface PaymentFilter {
  status?: PaymentStatus;
  order_id?: number;
  provider_ref?: string;
  mismatch?: boolean;
  /** Inclusive. */
  created_from?: Date;
  /** Inclusive. */
  created_to?: Date;
}

/** The form of a cursor's first value, by sort field: any other text would reach the database in a comparison. */
const SORT_VALUES: Readonly<Record<string, RegExp>> = {
  created_at: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/,
  amount: /^\d{1,16}$/,
};

export function paymentList(filter: PaymentFilter, statements: Statements<Payment>): ListQuery<Payment> {
  const list = ListQuery.of(statements);
  if (filter.status !== undefined) list.where('status = ?', filter.status);
  if (filter.order_id !== undefined) list.where('order_id = ?', filter.order_id);
  if (filter.provider_ref !== undefined) list.where('provider_ref = ?', filter.provider_ref);
  if (filter.mismatch !== undefined) list.where('mismatch = ?', filter.mismatch ? 1 : 0);
  if (filter.created_from !== undefined) list.where('created_at >= ?', filter.created_from);
  if (filter.created_to !== undefined) list.where('created_at <= ?', filter.created_to);
  return list.sortable({ created_at: 'created_at', amount: 'amount' }, 'payment_id');
}

/** @throws DomainError `validation-failed` for a cursor that no list of payments has returned. */
export function assertCursor({ cursor, sort }: ListRequest): void {
  if (!cursor) return;
  const [value, id] = cursor;
  if (cursor.length === 2 && SORT_VALUES[sort.field]?.test(String(value)) && Number.isSafeInteger(id)) return;
  throw invalid('?cursor', 'cursor', 'cursor must be the next_cursor of the page before, with the same sort.');
}

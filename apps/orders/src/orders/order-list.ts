import { ListQuery } from '@app/database';
import { invalid, type ListRequest } from '@app/kernel';
import type { OrderStatus } from './order-status.js';

export interface OrderFilter {
  status?: OrderStatus;
  user_id?: number;
  /** Inclusive. */
  created_from?: Date;
  /** Inclusive. */
  created_to?: Date;
}

/** The form of a cursor's first value, by sort field: any other text would reach the database in a comparison. */
const SORT_VALUES: Readonly<Record<string, RegExp>> = {
  created_at: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/,
  order_total: /^\d{1,16}$/,
};

/** The query for the ids of a list of visible orders. */
export function orderList(filter: OrderFilter): ListQuery<{ order_id: number }> {
  const list = ListQuery.from<{ order_id: number }>('orders', 'order_id').where('hidden_at IS NULL');
  if (filter.status !== undefined) list.where('status = ?', filter.status);
  if (filter.user_id !== undefined) list.where('user_id = ?', filter.user_id);
  if (filter.created_from !== undefined) list.where('created_at >= ?', filter.created_from);
  if (filter.created_to !== undefined) list.where('created_at <= ?', filter.created_to);
  return list.sortable({ created_at: 'created_at', order_total: 'order_total' }, 'order_id');
}

/** @throws DomainError `validation-failed` for a cursor that no list of orders has returned. */
export function assertCursor({ cursor, sort }: ListRequest): void {
  if (!cursor) return;
  const [value, id] = cursor;
  if (cursor.length === 2 && SORT_VALUES[sort.field]?.test(String(value)) && Number.isSafeInteger(id)) return;
  throw invalid('?cursor', 'cursor', 'cursor must be the next_cursor of the page before, with the same sort.');
}

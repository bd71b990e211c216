import { EnumField, IdField, PageQueryDto, SortField, TimeField } from '@app/http';
import { ORDER_STATUSES, type OrderStatus } from '../order-status.js';

export const ORDER_SORTS = { sorts: ['created_at', 'order_total'], default: '-created_at' } as const;

/** A customer's own list. */
export class ListUserOrdersQueryDto extends PageQueryDto {
  @EnumField(ORDER_STATUSES, { optional: true, example: undefined })
  status?: OrderStatus;

  @SortField(ORDER_SORTS.sorts)
  sort?: string;
}

/** The list of all orders. */
export class ListOrdersQueryDto extends ListUserOrdersQueryDto {
  @IdField({ optional: true, example: undefined })
  user_id?: number;

  @TimeField({ optional: true, example: undefined, description: 'Created at this time or later.' })
  created_from?: Date;

  @TimeField({ optional: true, example: undefined, description: 'Created at this time or earlier.' })
  created_to?: Date;
}

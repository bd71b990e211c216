import { BooleanField, EnumField, IdField, PageQueryDto, SortField, TextField, TimeField } from '@app/http';
import { PAYMENT_STATUSES, type PaymentStatus } from '../payment-status.js';

export const PAYMENT_SORTS = { sorts: ['created_at', 'amount'], default: '-created_at' } as const;
/** Of what belongs to one payment. */
export const DETAIL_SORTS = { sorts: ['at'], default: 'at' } as const;

/** The payments of one order. */
export class ListOrderPaymentsQueryDto extends PageQueryDto {
  @SortField(PAYMENT_SORTS.sorts)
  sort?: string;
}

/** The list of all payments. */
export class ListPaymentsQueryDto extends ListOrderPaymentsQueryDto {
  @EnumField(PAYMENT_STATUSES, { optional: true, example: undefined })
  status?: PaymentStatus;

  @IdField({ optional: true, example: undefined })
  order_id?: number;

  @TextField({ min: 1, max: 255, optional: true, example: undefined, description: 'Its name at the provider.' })
  provider_ref?: string;

  @BooleanField({ optional: true, example: undefined, description: 'Another amount or currency was paid than asked.' })
  mismatch?: boolean;

  @TimeField({ optional: true, example: undefined, description: 'Created at this time or later.' })
  created_from?: Date;

  @TimeField({ optional: true, example: undefined, description: 'Created at this time or earlier.' })
  created_to?: Date;
}

export class PaymentDetailsQueryDto extends PageQueryDto {
  @SortField(DETAIL_SORTS.sorts)
  sort?: string;
}

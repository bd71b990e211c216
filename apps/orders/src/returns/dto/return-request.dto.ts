import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import {
  BooleanField,
  EnumField,
  IdField,
  IntegerField,
  ListField,
  MoneyField,
  PageQueryDto,
  Rule,
  SortField,
  TextField,
} from '@app/http';
import { LinePiecesDto } from '../../orders/dto/line-pieces.dto.js';
import { MAX_TOTAL } from '../../pricing/max-totals.js';
import { type Condition, CONDITIONS } from '../return.entity.js';
import { RETURN_STATUSES, type ReturnStatus } from '../return-status.js';

/** Conditions times lines. */
const MAX_RECEIVED = CONDITIONS.length * MAX_LINES;

export class ReturnedPiecesDto extends LinePiecesDto {
  @TextField({ min: 1, max: 100, trim: true, optional: true, example: 'Too small' })
  reason?: string;
}

export class CreateReturnDto {
  @ListField(() => ReturnedPiecesDto, { min: 1, max: MAX_LINES })
  items: ReturnedPiecesDto[];
}

export class RejectReturnDto {
  @TextField({ min: 1, max: 500, trim: true, example: 'It was worn.', description: 'The customer reads it.' })
  reason: string;
}

export class ReceivedPiecesDto {
  @IdField({ description: 'A line of the order.' })
  order_item_id: number;

  @IntegerField({ min: 1, max: MAX_QUANTITY, example: 1, description: 'Pieces. Entries of one line are added up.' })
  quantity: number;

  @EnumField(CONDITIONS, {
    example: 'resellable',
    description: 'What is `missing` did not arrive, and is worth nothing.',
  })
  condition: Condition;

  @Rule<ReceivedPiecesDto>('missing', 'must be false for what is missing', ({ condition, restock }) => {
    return condition !== 'missing' || restock !== true;
  })
  @BooleanField({ optional: true, description: 'Whether it goes back on sale. Default: if it is `resellable`.' })
  restock?: boolean;
}

export class ReceiveReturnDto {
  @ListField(() => ReceivedPiecesDto, {
    min: 1,
    max: MAX_RECEIVED,
    description: 'What was announced and is not mentioned is missing.',
  })
  items: ReceivedPiecesDto[];
}

export class SettleReturnDto {
  @MoneyField({
    optional: true,
    max: MAX_TOTAL,
    example: 2_999,
    description: 'Default `suggested_refund` without the fee.',
  })
  refund_amount?: number;

  @MoneyField({
    optional: true,
    max: MAX_TOTAL,
    example: 0,
    description: 'What the shop keeps of it. Default nothing.',
  })
  fee?: number;
}

export const RETURN_SORTS = { sorts: ['created_at'], default: '-created_at' } as const;

/** The returns of one order. */
export class ListOrderReturnsQueryDto extends PageQueryDto {
  @SortField(RETURN_SORTS.sorts)
  sort?: string;
}

/** The list of all returns. */
export class ListReturnsQueryDto extends ListOrderReturnsQueryDto {
  @EnumField(RETURN_STATUSES, { optional: true, example: undefined })
  status?: ReturnStatus;

  @IdField({ optional: true, example: undefined })
  order_id?: number;
}

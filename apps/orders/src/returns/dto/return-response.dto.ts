import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import {
  BooleanField,
  CurrencyField,
  EnumField,
  IdField,
  IntegerField,
  ListField,
  MoneyField,
  pageDto,
  TextField,
  TimeField,
  UuidField,
} from '@app/http';
import { type Caller, formatMoney, hasRole } from '@app/kernel';
import { ApiProperty } from '@nestjs/swagger';
import { lineOf } from '../../orders/line-pieces.js';
import { MAX_TOTAL } from '../../pricing/max-totals.js';
import { type Condition, CONDITIONS, type Return } from '../return.entity.js';
import { RETURN_STATUSES, RETURN_TRANSITIONS, type ReturnStatus } from '../return-status.js';
import type { OrderReturn } from '../returns.service.js';

export class ReturnItemResponseDto {
  @IdField()
  order_item_id: number;

  @IdField()
  product_id: number;

  @TextField({ min: 1, max: 100, example: 'MOUSE-1' })
  sku: string;

  @TextField({ min: 1, max: 255, example: 'Wireless Mouse' })
  name: string;

  @IntegerField({ min: 1, max: MAX_QUANTITY, example: 1, description: 'Pieces that were announced.' })
  quantity: number;

  @TextField({ min: 1, max: 100, nullable: true, example: 'Too small' })
  reason: string | null;
}

export class ReceivedItemResponseDto {
  @IdField()
  order_item_id: number;

  @IntegerField({ min: 1, max: MAX_QUANTITY, example: 1, description: 'Pieces.' })
  quantity: number;

  @EnumField(CONDITIONS, { example: 'resellable' })
  condition: Condition;

  @BooleanField({ description: 'Whether they went back on sale.' })
  restock: boolean;
}

export class ReturnResponseDto {
  @IdField()
  return_id: number;

  @UuidField({ description: 'Its name in events and in the stock ledger.' })
  return_ref: string;

  @IdField()
  order_id: number;

  @EnumField(RETURN_STATUSES, { example: 'requested' })
  status: ReturnStatus;

  @ListField(() => ReturnItemResponseDto, { max: MAX_LINES })
  items: ReturnItemResponseDto[];

  @ListField(() => ReceivedItemResponseDto, {
    max: CONDITIONS.length * MAX_LINES,
    description: 'Empty before it was received.',
  })
  received: ReceivedItemResponseDto[];

  @TextField({ min: 1, max: 500, nullable: true, example: null })
  rejection_reason: string | null;

  @MoneyField({
    nullable: true,
    max: MAX_TOTAL,
    example: 2_999,
    description: 'What the customer paid for what arrived, with shipping if nothing is left of the order. null before.',
  })
  suggested_refund: string | null;

  @MoneyField({
    nullable: true,
    max: MAX_TOTAL,
    example: 2_999,
    description: 'What goes back; null before it is settled.',
  })
  refund_amount: string | null;

  @MoneyField({
    nullable: true,
    max: MAX_TOTAL,
    example: 0,
    description: 'What the shop keeps; null before it is settled.',
  })
  fee: string | null;

  @CurrencyField()
  currency: string;

  @ApiProperty({
    enum: RETURN_STATUSES,
    isArray: true,
    maxItems: RETURN_STATUSES.length,
    example: ['cancelled'],
    description: 'The steps open to the caller.',
  })
  allowed_transitions: ReturnStatus[];

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({ min: 1, max: 2_147_483_647, example: 1 })
  version: number;
}

export const ReturnListDto = pageDto('returns', ReturnResponseDto);

export const toReturnResponse =
  (caller: Caller | undefined) =>
  ({ order, return: given }: OrderReturn): ReturnResponseDto => {
    const money = (minor: number | null) => (minor === null ? null : formatMoney(minor, order.currency));
    return {
      return_id: given.returnId,
      return_ref: given.returnRef,
      order_id: given.orderId,
      status: given.status,
      items: given.items.map(({ order_item_id, quantity, reason }) => {
        const { productId, sku, name } = lineOf(order, order_item_id);
        return { order_item_id, product_id: productId, sku, name, quantity, reason };
      }),
      received: (given.received ?? []).map(({ order_item_id, quantity, condition, restock }) => ({
        order_item_id,
        quantity,
        condition,
        restock,
      })),
      rejection_reason: given.rejectionReason,
      suggested_refund: money(given.receivedValue),
      refund_amount: money(given.refundAmount),
      fee: money(given.fee),
      currency: order.currency,
      allowed_transitions: allowedSteps(given, caller),
      created_at: given.createdAt.toISOString(),
      updated_at: given.updatedAt.toISOString(),
      version: given.version,
    };
  };

function allowedSteps({ status }: Return, caller: Caller | undefined): ReturnStatus[] {
  if (hasRole(caller, 'staff')) return [...RETURN_TRANSITIONS[status]];
  return status === 'requested' ? ['cancelled'] : [];
}

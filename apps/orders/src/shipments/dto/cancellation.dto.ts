import { MAX_LINES } from '@app/events';
import { IdField, ListField, MoneyField, pageDto, TextField, TimeField, UuidField } from '@app/http';
import { formatMoney } from '@app/kernel';
import { LinePiecesDto } from '../../orders/dto/line-pieces.dto.js';
import { MAX_TOTAL } from '../../pricing/max-totals.js';
import type { OrderCancellation } from '../cancellations.service.js';
import { OrderPiecesResponseDto, toPieces } from './shipment-response.dto.js';

export class CancelPiecesDto {
  @ListField(() => LinePiecesDto, { optional: true, min: 1, max: MAX_LINES, description: 'Default all that is open.' })
  items?: LinePiecesDto[];

  @TextField({ min: 1, max: 500, trim: true, optional: true, example: 'Out of stock' })
  reason?: string;
}

export class CancellationResponseDto {
  @IdField()
  cancellation_id: number;

  @UuidField({ description: 'Its name in events and in the stock ledger.' })
  cancellation_ref: string;

  @IdField()
  order_id: number;

  @ListField(() => OrderPiecesResponseDto, { max: MAX_LINES })
  items: OrderPiecesResponseDto[];

  @MoneyField({
    max: MAX_TOTAL,
    example: 2_999,
    description:
      'What the pieces cost, with tax, and with shipping when nothing is left of the order. What was paid of it goes back; the rest is no longer due.',
  })
  amount: string;

  @TextField({ min: 1, max: 500, nullable: true, example: 'Out of stock' })
  reason: string | null;

  @TimeField()
  created_at: string;
}

export const CancellationListDto = pageDto('cancellations', CancellationResponseDto);

export function toCancellationResponse({ order, cancellation }: OrderCancellation): CancellationResponseDto {
  return {
    cancellation_id: cancellation.cancellationId,
    cancellation_ref: cancellation.cancellationRef,
    order_id: cancellation.orderId,
    items: toPieces(order, cancellation),
    amount: formatMoney(cancellation.amount, order.currency),
    reason: cancellation.reason,
    created_at: cancellation.createdAt.toISOString(),
  };
}

import { MAX_QUANTITY } from '@app/events';
import { type FieldOptions, IdField, IntegerField, MoneyField, RateField, TextField } from '@app/http';
import { formatMoney, formatRate } from '@app/kernel';
import { MAX_TOTAL } from '../../pricing/max-totals.js';
import { openPieces } from '../order-axes.js';
import type { OrderLine } from '../order-line.entity.js';

const PiecesField = (options: FieldOptions = {}): PropertyDecorator =>
  IntegerField({ example: 0, description: 'Pieces.', ...options, min: 0, max: MAX_QUANTITY });

export class OrderItemResponseDto {
  @IdField()
  order_item_id: number;

  @IdField()
  product_id: number;

  @TextField({ min: 1, max: 100, example: 'MOUSE-1' })
  sku: string;

  @TextField({ min: 1, max: 255, example: 'Wireless Mouse' })
  name: string;

  @IntegerField({ min: 1, max: MAX_QUANTITY, example: 2, description: 'Pieces.' })
  quantity: number;

  @MoneyField({ description: 'Per piece, when the order was placed.' })
  price_at_order: string;

  @MoneyField({ max: MAX_TOTAL, example: 0, description: 'The part of the order’s discounts.' })
  discount_total: string;

  @MoneyField({ max: MAX_TOTAL, example: 5_998, description: 'After the discount; without tax that is added.' })
  line_total: string;

  @RateField()
  tax_rate: string;

  @MoneyField({ max: MAX_TOTAL, example: 0 })
  tax_total: string;

  @PiecesField({ description: 'Pieces packed in a shipment that has not left.' })
  quantity_prepared: number;

  @PiecesField()
  quantity_shipped: number;

  @PiecesField()
  quantity_cancelled: number;

  @PiecesField({ description: 'Pieces of those shipped.' })
  quantity_returned: number;

  @PiecesField({ example: 2, description: 'Pieces neither prepared, shipped nor cancelled.' })
  quantity_open: number;
}

export function toItemResponse(line: OrderLine, currency: string): OrderItemResponseDto {
  return {
    order_item_id: line.orderLineId,
    product_id: line.productId,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    price_at_order: formatMoney(line.priceAtOrder, currency),
    discount_total: formatMoney(line.discountTotal, currency),
    line_total: formatMoney(line.lineTotal, currency),
    tax_rate: formatRate(line.taxRate),
    tax_total: formatMoney(line.taxTotal, currency),
    quantity_prepared: line.quantityPrepared,
    quantity_shipped: line.quantityShipped,
    quantity_cancelled: line.quantityCancelled,
    quantity_returned: line.quantityReturned,
    quantity_open: openPieces(line),
  };
}

import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import {
  AddressDto,
  CurrencyField,
  EmailField,
  EnumField,
  IdField,
  IntegerField,
  ListField,
  MoneyField,
  ObjectField,
  pageDto,
  TextField,
  TimeField,
  UuidField,
} from '@app/http';
import { type Caller, formatMoney } from '@app/kernel';
import { ApiProperty } from '@nestjs/swagger';
import { formerText, structured } from '../order-address.js';
import { MAX_TOTAL } from '../order-lines.js';
import type { Order } from '../order.entity.js';
import { allowedTransitions, ORDER_STATUSES, type OrderStatus } from '../order-status.js';

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

  @MoneyField({ max: MAX_TOTAL, example: 5_998 })
  line_total: string;
}

export class OrderHistoryResponseDto {
  @EnumField(ORDER_STATUSES)
  status: OrderStatus;

  @TimeField()
  at: string;

  @IdField({ nullable: true, description: 'The user who took the step; null when the platform did.' })
  by: number | null;
}

export class OrderResponseDto {
  @IdField()
  order_id: number;

  @UuidField({ description: 'The order’s name in events and in the stock ledger.' })
  order_ref: string;

  @IdField()
  user_id: number;

  @EmailField({ nullable: true, description: 'null once the account was erased.' })
  customer_email: string | null;

  @EnumField(ORDER_STATUSES)
  status: OrderStatus;

  @ListField(() => OrderItemResponseDto, { max: MAX_LINES, description: 'By product id.' })
  items: OrderItemResponseDto[];

  @MoneyField({ max: MAX_TOTAL, example: 5_998 })
  order_total: string;

  @CurrencyField()
  currency: string;

  @ObjectField(() => AddressDto, { nullable: true })
  shipping_address: AddressDto | null;

  @ObjectField(() => AddressDto, { nullable: true })
  billing_address: AddressDto | null;

  @TextField({
    min: 1,
    max: 1000,
    nullable: true,
    example: 'Please ring twice.',
    description: 'What the customer wrote; in an order of version 1.0 of this API, its address.',
  })
  note: string | null;

  @TextField({ min: 1, max: 100, nullable: true, example: 'DHL' })
  carrier: string | null;

  @TextField({ min: 1, max: 100, nullable: true, example: 'JD0146' })
  tracking_number: string | null;

  @TextField({ min: 1, max: 500, nullable: true, example: null })
  cancel_reason: string | null;

  @ApiProperty({
    enum: ORDER_STATUSES,
    isArray: true,
    maxItems: ORDER_STATUSES.length,
    example: ['cancelled'],
    description: 'The steps open to the caller.',
  })
  allowed_transitions: OrderStatus[];

  @ListField(() => OrderHistoryResponseDto, { max: 10, description: 'Oldest first.' })
  history: OrderHistoryResponseDto[];

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({ min: 1, max: 2_147_483_647, example: 1 })
  version: number;
}

export const OrderListDto = pageDto('orders', OrderResponseDto);

export function toOrderResponse(order: Order, caller: Caller): OrderResponseDto {
  return {
    order_id: order.orderId,
    order_ref: order.orderRef,
    user_id: order.userId,
    customer_email: order.isErased ? null : order.customerEmail,
    status: order.status,
    items: order.lines.map((line) => ({
      order_item_id: line.orderLineId,
      product_id: line.productId,
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      price_at_order: formatMoney(line.priceAtOrder, order.currency),
      line_total: formatMoney(line.lineTotal, order.currency),
    })),
    order_total: formatMoney(order.orderTotal, order.currency),
    currency: order.currency,
    shipping_address: structured(order.shippingAddress),
    billing_address: order.billingAddress,
    note: formerText(order.shippingAddress) ?? order.note,
    carrier: order.carrier,
    tracking_number: order.trackingNumber,
    cancel_reason: order.cancelReason,
    allowed_transitions: [...allowedTransitions(order.status, caller)],
    history: order.history.map(({ status, at, by }) => ({ status, at: at.toISOString(), by })),
    created_at: order.createdAt.toISOString(),
    updated_at: order.updatedAt.toISOString(),
    version: order.version,
  };
}

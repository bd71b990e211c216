import { MAX_LINES, MAX_TAX_LINES } from '@app/events';
import {
  AddressDto,
  BooleanField,
  CurrencyField,
  EmailField,
  EnumField,
  IdField,
  IntegerField,
  ListField,
  LocaleField,
  MoneyField,
  ObjectField,
  pageDto,
  TextField,
  TimeField,
  UuidField,
} from '@app/http';
import type { Caller } from '@app/kernel';
import { ApiProperty } from '@nestjs/swagger';
import { ShippingMethodDto, TaxLineDto } from '../../pricing/dto/totals.dto.js';
import { MAX_TOTAL } from '../../pricing/max-totals.js';
import { amountsOf } from '../order-amounts.js';
import { formerText, structured } from '../order-address.js';
import {
  ORDER_FULFILMENT_STATUSES,
  type FulfilmentStatus,
  ORDER_PAYMENT_STATUSES,
  type PaymentStatus,
} from '../order-axes.js';
import type { Order } from '../order.entity.js';
import { allowedTransitions, ORDER_STATUSES, type OrderStatus } from '../order-status.js';
import { OrderItemResponseDto, toItemResponse } from './order-item-response.dto.js';

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

  @IdField({ nullable: true, description: 'null: a guest’s.' })
  user_id: number | null;

  @EmailField({ nullable: true, description: 'null once the account was erased.' })
  customer_email: string | null;

  @EnumField(ORDER_STATUSES)
  status: OrderStatus;

  @EnumField(ORDER_PAYMENT_STATUSES, { description: 'Where the money stands.' })
  payment_status: PaymentStatus;

  @EnumField(ORDER_FULFILMENT_STATUSES, { description: 'Where the goods are.' })
  fulfilment_status: FulfilmentStatus;

  @ListField(() => OrderItemResponseDto, { max: MAX_LINES, description: 'By product id.' })
  items: OrderItemResponseDto[];

  @MoneyField({ max: MAX_TOTAL, example: 5_998, description: 'Of the items, before discounts.' })
  items_total: string;

  @MoneyField({ max: MAX_TOTAL, example: 0 })
  discount_total: string;

  @MoneyField({ max: MAX_TOTAL, example: 0 })
  shipping_total: string;

  @MoneyField({ max: MAX_TOTAL, example: 0 })
  tax_total: string;

  @BooleanField({ example: false, description: 'Whether prices include the tax; otherwise it is added to them.' })
  prices_include_tax: boolean;

  @ListField(() => TaxLineDto, { max: MAX_TAX_LINES, description: 'The parts of `tax_total`, the highest rate first.' })
  tax_lines: TaxLineDto[];

  @MoneyField({
    max: MAX_TOTAL,
    example: 5_998,
    description: 'The lines, shipping, and tax that is added. Never changes.',
  })
  order_total: string;

  @MoneyField({ max: MAX_TOTAL, example: 0, description: 'Gross: refunds do not lower it.' })
  amount_paid: string;

  @MoneyField({ max: MAX_TOTAL, example: 0 })
  amount_refunded: string;

  @MoneyField({ max: MAX_TOTAL, example: 5_998, description: 'Nothing once the order was paid or cancelled.' })
  amount_due: string;

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

  @LocaleField({ nullable: true })
  locale: string | null;

  @ObjectField(() => ShippingMethodDto, { nullable: true, description: 'As it was when the order was placed.' })
  shipping_method: ShippingMethodDto | null;

  @UuidField({ nullable: true, example: null, description: 'The cart that it was, if any.' })
  cart_id: string | null;

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

export function toOrderResponse(order: Order, caller: Caller | undefined): OrderResponseDto {
  return {
    order_id: order.orderId,
    order_ref: order.orderRef,
    user_id: order.userId,
    customer_email: order.isErased ? null : order.customerEmail,
    status: order.status,
    payment_status: order.paymentStatus,
    fulfilment_status: order.fulfilmentStatus,
    items: order.lines.map((line) => toItemResponse(line, order.currency)),
    ...amountsOf(order),
    currency: order.currency,
    shipping_address: structured(order.shippingAddress),
    billing_address: order.billingAddress,
    note: formerText(order.shippingAddress) ?? order.note,
    locale: order.locale,
    cart_id: order.cartId,
    carrier: order.carrier,
    tracking_number: order.trackingNumber,
    cancel_reason: order.cancelReason,
    allowed_transitions: [...allowedTransitions(order, caller)],
    history: order.history.map(({ status, at, by }) => ({ status, at: at.toISOString(), by })),
    created_at: order.createdAt.toISOString(),
    updated_at: order.updatedAt.toISOString(),
    version: order.version,
  };
}

import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsPositive,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { AddressPayload } from './address-payload.js';
import { ShippingMethodPayload, TaxLinePayload } from './charges-payload.js';
import { MAX_LINES, MAX_TAX_LINES } from './order-limits.js';
import { ORDER_FULFILMENT_STATUSES, ORDER_PAYMENT_STATUSES, ORDER_STATUSES } from './order-statuses.js';
import { OrderItemPayload } from './order-item-payload.js';
import {
  ADDRESS_OR_EMPTY,
  ADDRESS_OR_EMPTY_RULE,
  AMOUNT,
  AMOUNT_RULE,
  CURRENCY,
  CURRENCY_RULE,
  Nullable,
  OptionalAmount,
} from './payload-rules.js';

/** Version 1 of every `order.*` event: the complete order, so that no consumer needs to ask for more. */
export class OrderPayload {
  @IsInt()
  @IsPositive()
  order_id: number;

  @IsUUID()
  order_ref: string;

  /** Null for a guest. */
  @Nullable()
  @IsInt()
  @IsPositive()
  user_id: number | null;

  /** Empty once the customer's personal data has been erased. */
  @MaxLength(255)
  @Matches(ADDRESS_OR_EMPTY, ADDRESS_OR_EMPTY_RULE)
  customer_email: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  customer_name?: string;

  /** Whether the customer has verified the address; counts as verified if the publisher does not send it. */
  @IsOptional()
  @IsBoolean()
  customer_email_verified?: boolean;

  @IsIn(ORDER_STATUSES)
  status: string;

  @Nullable()
  @IsIn(ORDER_STATUSES)
  previous_status: string | null;

  @IsOptional()
  @IsIn(ORDER_PAYMENT_STATUSES)
  payment_status?: string;

  @IsOptional()
  @IsIn(ORDER_FULFILMENT_STATUSES)
  fulfilment_status?: string;

  @OptionalAmount()
  items_total?: string;

  @OptionalAmount()
  discount_total?: string;

  @OptionalAmount()
  shipping_total?: string;

  @OptionalAmount()
  tax_total?: string;

  /** Whether the prices include the tax; otherwise it is added. */
  @IsOptional()
  @IsBoolean()
  prices_include_tax?: boolean;

  /** The parts of `tax_total`, the highest rate first. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_TAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => TaxLinePayload)
  tax_lines?: TaxLinePayload[];

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ShippingMethodPayload)
  shipping_method?: ShippingMethodPayload | null;

  @Matches(AMOUNT, AMOUNT_RULE)
  order_total: string;

  @OptionalAmount()
  amount_paid?: string;

  @OptionalAmount()
  amount_refunded?: string;

  @OptionalAmount()
  amount_due?: string;

  @Matches(CURRENCY, CURRENCY_RULE)
  currency: string;

  @IsArray()
  @ArrayMaxSize(MAX_LINES)
  @ValidateNested({ each: true })
  @Type(() => OrderItemPayload)
  items: OrderItemPayload[];

  /** The lines of `ship_to`, or what an earlier release took as the address. */
  @Nullable()
  @IsString()
  shipping_address: string | null;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressPayload)
  ship_to?: AddressPayload | null;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => AddressPayload)
  bill_to?: AddressPayload | null;

  /** What the customer wrote about the order. */
  @IsOptional()
  @MaxLength(1000)
  note?: string | null;

  /** BCP 47. */
  @IsOptional()
  @Length(2, 35)
  locale?: string | null;

  @Nullable()
  @Length(1, 255)
  carrier: string | null;

  @Nullable()
  @Length(1, 255)
  tracking_number: string | null;

  @Nullable()
  @IsString()
  cancel_reason: string | null;

  @IsISO8601({ strict: true })
  created_at: string;
}

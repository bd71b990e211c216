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
import {
  ADDRESS_OR_EMPTY,
  ADDRESS_OR_EMPTY_RULE,
  AMOUNT,
  AMOUNT_RULE,
  CURRENCY,
  CURRENCY_RULE,
  Nullable,
} from './payload-rules.js';

/** Every status of an order; the orders service takes the list from here. */
export const ORDER_STATUSES = ['pending', 'paid', 'shipped', 'completed', 'cancelled'] as const;

/** Maximum number of lines in an order. */
export const MAX_LINES = 100;
/** Maximum quantity of one product in an order. */
export const MAX_QUANTITY = 1_000;

/** One line of an order, with the price it was sold at. */
export class OrderItemPayload {
  @IsInt()
  @IsPositive()
  product_id: number;

  @IsString()
  @MaxLength(100)
  sku: string;

  @IsString()
  @MaxLength(255)
  name: string;

  @IsInt()
  @IsPositive()
  quantity: number;

  @Matches(AMOUNT, AMOUNT_RULE)
  price_at_order: string;

  @Matches(AMOUNT, AMOUNT_RULE)
  line_total: string;
}

/** Version 1 of every `order.*` event: the complete order, so that no consumer needs to ask for more. */
export class OrderPayload {
  @IsInt()
  @IsPositive()
  order_id: number;

  @IsUUID()
  order_ref: string;

  @IsInt()
  @IsPositive()
  user_id: number;

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

  @Matches(AMOUNT, AMOUNT_RULE)
  order_total: string;

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

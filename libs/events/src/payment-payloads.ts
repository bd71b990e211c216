import {
  IsBoolean,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsPositive,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
} from 'class-validator';
import {
  ADDRESS_OR_EMPTY,
  ADDRESS_OR_EMPTY_RULE,
  AMOUNT,
  AMOUNT_RULE,
  CURRENCY,
  CURRENCY_RULE,
  Nullable,
} from './payload-rules.js';

/** Every status of a payment. */
export const PAYMENT_STATUSES = [
  'created',
  'requires_action',
  'processing',
  'failed',
  'authorized',
  'captured',
  'cancelled',
] as const;
export const PAYMENT_METHODS = ['card', 'manual'] as const;
export const REFUND_REASONS = ['requested_by_customer', 'duplicate', 'fraudulent', 'returned', 'other'] as const;
export const DISPUTE_STATUSES = ['open', 'won', 'lost'] as const;

/**
 * Version 1 of every `payment.*` event: the payment as it is then. All amounts are totals, so that of several events the
 * one with the highest `aggregate_version` says all.
 */
export class PaymentPayload {
  @IsInt()
  @IsPositive()
  payment_id: number;

  @IsUUID()
  payment_ref: string;

  @IsInt()
  @IsPositive()
  order_id: number;

  @IsUUID()
  order_ref: string;

  /** Null for a guest's order. */
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

  @IsIn(PAYMENT_METHODS)
  method: string;

  @IsIn(PAYMENT_STATUSES)
  status: string;

  /** What the customer was asked for. */
  @Matches(AMOUNT, AMOUNT_RULE)
  amount: string;

  @Matches(CURRENCY, CURRENCY_RULE)
  currency: string;

  @Matches(AMOUNT, AMOUNT_RULE)
  authorized_amount: string;

  @Matches(AMOUNT, AMOUNT_RULE)
  captured_amount: string;

  @Matches(AMOUNT, AMOUNT_RULE)
  refunded_amount: string;

  @Matches(AMOUNT, AMOUNT_RULE)
  disputed_amount: string;

  /** Whether another amount or currency was paid than was asked for: such a payment pays nothing. */
  @IsBoolean()
  mismatch: boolean;

  @IsISO8601({ strict: true })
  created_at: string;
}

export class PaymentFailedPayload extends PaymentPayload {
  @Length(1, 100)
  failure_code: string;

  /** For the customer. */
  @MaxLength(500)
  failure_message: string;

  /** Where the customer can go on. */
  @Nullable()
  @Length(1, 2000)
  return_url: string | null;
}

export class PaymentRefundPayload extends PaymentPayload {
  @IsInt()
  @IsPositive()
  refund_id: number;

  @IsUUID()
  refund_ref: string;

  @Matches(AMOUNT, AMOUNT_RULE)
  refund_amount: string;

  @IsIn(REFUND_REASONS)
  refund_reason: string;

  /** Null for a refund that has succeeded. */
  @Nullable()
  @Length(1, 100)
  refund_failure_code: string | null;
}

export class PaymentDisputedPayload extends PaymentPayload {
  /** At the provider. */
  @Length(1, 255)
  dispute_ref: string;

  @Matches(AMOUNT, AMOUNT_RULE)
  dispute_amount: string;

  /** `won`: the money has come back. */
  @IsIn(DISPUTE_STATUSES)
  dispute_status: string;
}

export class PaymentMismatchPayload extends PaymentPayload {
  /** What was paid instead. */
  @Matches(AMOUNT, AMOUNT_RULE)
  paid_amount: string;

  @Matches(CURRENCY, CURRENCY_RULE)
  paid_currency: string;
}

import {
  BooleanField,
  CurrencyField,
  EnumField,
  IdField,
  IntegerField,
  MoneyField,
  ObjectField,
  pageDto,
  TextField,
  TimeField,
  UuidField,
} from '@app/http';
import { type Visitor, formatMoney } from '@app/kernel';
import { PAYMENT_METHODS, PAYMENT_STATUSES, type PaymentMethod, type PaymentStatus } from '../payment-status.js';
import type { Payment } from '../payment.entity.js';
import { MAX_AMOUNT } from './amounts.js';

const Amount = (description: string, example = 5_998) => MoneyField({ max: MAX_AMOUNT, example, description });

export class PaymentFailureDto {
  @TextField({ min: 1, max: 100, example: 'generic_decline' })
  code: string;

  @TextField({ min: 0, max: 500, example: 'Your card was declined.', description: 'For the customer.' })
  message: string;
}

export class PaymentResponseDto {
  @IdField()
  payment_id: number;

  @UuidField({ description: 'The attempt’s name in events and at the provider.' })
  payment_ref: string;

  @IdField()
  order_id: number;

  @UuidField()
  order_ref: string;

  @EnumField(PAYMENT_METHODS)
  method: PaymentMethod;

  @TextField({ min: 1, max: 16, example: 'stripe' })
  provider: string;

  @TextField({
    min: 1,
    max: 255,
    nullable: true,
    example: 'pi_1Example',
    description: 'The payment’s name at the provider; null until it has answered.',
  })
  provider_ref: string | null;

  @EnumField(PAYMENT_STATUSES, { example: 'captured' })
  status: PaymentStatus;

  @Amount('What the customer is asked for.')
  amount: string;

  @CurrencyField()
  currency: string;

  @Amount('What the customer’s bank has promised or paid.')
  authorized_amount: string;

  @Amount('What has arrived.')
  captured_amount: string;

  @Amount('What has gone back to the customer.', 0)
  refunded_amount: string;

  @Amount('What the customer’s bank has taken back.', 0)
  disputed_amount: string;

  @Amount('What can still be refunded.')
  refundable_amount: string;

  @BooleanField({ example: false, description: 'Another amount or currency was paid than asked: it pays nothing.' })
  mismatch: boolean;

  @TimeField({ nullable: true, example: null, description: 'An authorised amount is released then.' })
  capture_before: string | null;

  @TextField({
    min: 1,
    max: 255,
    nullable: true,
    example: null,
    description: 'With this the customer’s browser pays. For the payer only, while the payment is open.',
  })
  client_secret: string | null;

  @ObjectField(() => PaymentFailureDto, { nullable: true, description: 'Of the last attempt, while it is `failed`.' })
  failure: PaymentFailureDto | null;

  @TextField({ min: 1, max: 500, nullable: true, example: null })
  cancel_reason: string | null;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({ min: 1, max: 2_147_483_647, example: 1 })
  version: number;
}

export const PaymentListDto = pageDto('payments', PaymentResponseDto);

/** The payer alone sees what the payment is confirmed with: the customer, or who has the order's token. */
export const shownTo =
  ({ caller, guest }: Visitor) =>
  (payment: Payment): PaymentResponseDto =>
    toPaymentResponse(payment, caller ? payment.userId === caller.user_id : guest !== undefined);

export function toPaymentResponse(payment: Payment, forPayer: boolean): PaymentResponseDto {
  const { currency, failureCode: code, failureMessage: message } = payment;
  const money = (minor: number) => formatMoney(minor, currency);
  return {
    payment_id: payment.paymentId,
    payment_ref: payment.paymentRef,
    order_id: payment.orderId,
    order_ref: payment.orderRef,
    method: payment.method,
    provider: payment.provider,
    provider_ref: payment.providerRef,
    status: payment.status,
    amount: money(payment.amount),
    currency,
    authorized_amount: money(payment.authorizedAmount),
    captured_amount: money(payment.capturedAmount),
    refunded_amount: money(payment.refundedAmount),
    disputed_amount: money(payment.disputedAmount),
    refundable_amount: money(payment.refundableAmount),
    mismatch: payment.mismatch,
    capture_before: payment.captureBefore?.toISOString() ?? null,
    client_secret: forPayer ? payment.clientSecret : null,
    failure: code === null ? null : { code, message: message ?? '' },
    cancel_reason: payment.cancelReason,
    created_at: payment.createdAt.toISOString(),
    updated_at: payment.updatedAt.toISOString(),
    version: payment.version,
  };
}

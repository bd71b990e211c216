import { IsOptional, Matches, ValidateIf } from 'class-validator';

/** MAX_ORDER_TOTAL has 16 digits, with the decimals of the currency. */
export const AMOUNT = /^\d{1,16}(\.\d{2,4})?$/;
export const AMOUNT_RULE = { message: '$property must be a decimal amount with the digits of its currency' };

/** An amount that publishers of before do not send. */
export const OptionalAmount = (): PropertyDecorator => (prototype, name) => {
  IsOptional()(prototype, name);
  Matches(AMOUNT, AMOUNT_RULE)(prototype, name);
};

export const RATE = /^(0|1|0\.\d{1,6})$/;
export const RATE_RULE = { message: '$property must be a decimal rate of 0 to 1' };

export const CURRENCY = /^[A-Z]{3}$/;
export const CURRENCY_RULE = { message: '$property must be an ISO 4217 code' };

/** Empty once the person's data has been erased. */
export const ADDRESS_OR_EMPTY = /^$|^[^\s@]+@[^\s@]+$/;
export const ADDRESS_OR_EMPTY_RULE = { message: '$property must be an e-mail address or empty' };

export const Nullable = (): PropertyDecorator => ValidateIf((_, value) => value !== null);

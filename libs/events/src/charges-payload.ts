import { Length, Matches } from 'class-validator';
import { AMOUNT, AMOUNT_RULE, RATE, RATE_RULE } from './payload-rules.js';

/** A part of an order's tax. */
export class TaxLinePayload {
  @Length(1, 100)
  name: string;

  @Matches(RATE, RATE_RULE)
  rate: string;

  @Matches(AMOUNT, AMOUNT_RULE)
  amount: string;
}

/** A shipping method, as it was when the order was placed. */
export class ShippingMethodPayload {
  @Length(1, 100)
  code: string;

  @Length(1, 100)
  name: string;
}

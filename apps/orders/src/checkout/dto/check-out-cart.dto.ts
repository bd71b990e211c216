import { IntegerField, MoneyField, TextField } from '@app/http';
import { MAX_TOTAL } from '../../pricing/max-totals.js';
import { OrderResponseDto } from '../../orders/dto/order-response.dto.js';

export class CheckOutCartDto {
  @IntegerField({
    min: 1,
    max: 2_147_483_647,
    example: 1,
    description: 'Of the cart that you have shown: if it has changed since, the answer is 409 cart-changed.',
  })
  version: number;

  @MoneyField({
    optional: true,
    max: MAX_TOTAL,
    description:
      'What you expect the order to cost, with shipping and tax: another total answers 409 total-changed with the new ' +
      'quote, and orders nothing.',
  })
  expected_total?: number;
}

export class CheckoutResponseDto extends OrderResponseDto {
  @TextField({
    optional: true,
    min: 49,
    max: 49,
    example: undefined,
    description: 'For a guest: send it as `Order-Token` to read, pay and cancel this order. No other answer shows it.',
  })
  order_token?: string;
}

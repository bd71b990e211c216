import { EnumField, TextField } from '@app/http';
import { PAYMENT_METHODS, type PaymentMethod } from '../payment-status.js';

export class CreatePaymentDto {
  @EnumField(PAYMENT_METHODS, {
    description: '`card`: the customer pays with `client_secret`. `manual` (staff): the money is in hand already.',
  })
  method: PaymentMethod;

  @TextField({
    min: 1,
    max: 2000,
    pattern: /^https?:\/\//,
    optional: true,
    example: 'https://shop.example/checkout',
    description:
      "Where the customer goes on after paying. If it fails and this is on the shop's own site, the e-mail about it leads here.",
  })
  return_url?: string;
}

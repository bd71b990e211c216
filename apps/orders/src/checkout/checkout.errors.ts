import { declareErrors, type DomainError, formatMoney } from '@app/kernel';
import { toQuoteResponse } from '../pricing/dto/quote-response.dto.js';
import type { ProductsQuote } from '../pricing/quotes.service.js';

const checkoutError = declareErrors({
  'cart-empty': { kind: 'conflict', title: 'There is nothing in the cart' },
  'email-required': { kind: 'invalid', title: 'The e-mail address of the guest is missing' },
  'total-changed': { kind: 'conflict', title: 'The order would cost another amount than expected' },
});

export function totalChanged(quote: ProductsQuote, currency: string): DomainError {
  const total = `${formatMoney(quote.orderTotal, currency)} ${currency}`;
  const message = `The order would cost ${total}. Nothing was ordered; send this total as expected_total to order at it.`;
  return checkoutError('total-changed', message, { details: { quote: toQuoteResponse(quote, currency) } });
}

export const cartEmpty = (): DomainError =>
  checkoutError(
    'cart-empty',
    'There is nothing in the cart. Put something into it with PUT /carts/{cart_id}/items/{product_id}.',
  );

export const emailRequired = (): DomainError =>
  checkoutError(
    'email-required',
    'Nobody would hear of this order. Say where to write to: PUT /carts/{cart_id} {"email": ...}.',
  );

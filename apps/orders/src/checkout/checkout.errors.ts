import { declareErrors, type DomainError, formatMoney } from '@app/kernel';
import { toQuoteResponse } from '../pricing/dto/quote-response.dto.js';
import type { ProductsQuote } from '../pricing/quotes.service.js';

const checkoutError = declareErrors({
  'total-changed': { kind: 'conflict', title: 'The order would cost another amount than expected' },
});

export function totalChanged(quote: ProductsQuote, currency: string): DomainError {
  const total = `${formatMoney(quote.orderTotal, currency)} ${currency}`;
  const message = `The order would cost ${total}. Nothing was ordered; send this total as expected_total to order at it.`;
  return checkoutError('total-changed', message, { details: { quote: toQuoteResponse(quote, currency) } });
}

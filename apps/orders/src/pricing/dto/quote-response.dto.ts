import { MAX_LINES, MAX_QUANTITY, MAX_TAX_LINES } from '@app/events';
import {
  BooleanField,
  CurrencyField,
  IdField,
  IntegerField,
  ListField,
  MoneyField,
  ObjectField,
  RateField,
  TextField,
} from '@app/http';
import { formatMoney, formatRate } from '@app/kernel';
import { MAX_TOTAL } from '../max-totals.js';
import { MAX_SHIPPING_METHODS } from '../pricing.errors.js';
import type { ProductsQuote } from '../quotes.service.js';
import { writeTaxLine } from '../tax.js';
import { ShippingMethodDto, TaxLineDto } from './totals.dto.js';

export class QuotedItemDto {
  @IdField()
  product_id: number;

  @TextField({ min: 1, max: 100, example: 'MOUSE-01' })
  sku: string;

  @TextField({ min: 1, max: 255, example: 'Wireless Mouse' })
  name: string;

  @IntegerField({ min: 1, max: MAX_QUANTITY, example: 2, description: 'Pieces.' })
  quantity: number;

  @MoneyField({ description: 'Per piece.' })
  price: string;

  @MoneyField({ max: MAX_TOTAL, example: 0 })
  discount_total: string;

  @MoneyField({ max: MAX_TOTAL, example: 5_998, description: 'After the discount; without tax that is added.' })
  line_total: string;

  @RateField({ example: '0.2' })
  tax_rate: string;

  @MoneyField({ max: MAX_TOTAL, example: 1_200 })
  tax_total: string;
}

export class ShippingOfferDto extends ShippingMethodDto {
  @IdField()
  shipping_method_id: number;

  @MoneyField({ example: 490, description: 'Without tax that is added.' })
  price: string;
}

export class QuoteResponseDto {
  @ListField(() => QuotedItemDto, { max: MAX_LINES, description: 'By product id.' })
  items: QuotedItemDto[];

  @MoneyField({ max: MAX_TOTAL, example: 5_998, description: 'Of the items, before discounts.' })
  items_total: string;

  @MoneyField({ max: MAX_TOTAL, example: 0 })
  discount_total: string;

  @MoneyField({ max: MAX_TOTAL, example: 490 })
  shipping_total: string;

  @MoneyField({ max: MAX_TOTAL, example: 1_298 })
  tax_total: string;

  @BooleanField({ example: false, description: 'Whether prices include the tax; otherwise it is added to them.' })
  prices_include_tax: boolean;

  @ListField(() => TaxLineDto, { max: MAX_TAX_LINES, description: 'The parts of `tax_total`, the highest rate first.' })
  tax_lines: TaxLineDto[];

  @MoneyField({ max: MAX_TOTAL, example: 7_786 })
  order_total: string;

  @CurrencyField()
  currency: string;

  @ObjectField(() => ShippingMethodDto, { nullable: true, description: 'The chosen one.' })
  shipping_method: ShippingMethodDto | null;

  @ListField(() => ShippingOfferDto, { max: MAX_SHIPPING_METHODS, description: 'Those that are open, by `position`.' })
  shipping_methods: ShippingOfferDto[];
}

export function toQuoteResponse(quote: ProductsQuote, currency: string): QuoteResponseDto {
  const text = (minor: number) => formatMoney(minor, currency);
  const { shippingMethod } = quote;
  return {
    items: quote.lines.map((line) => toItem(line, text)),
    items_total: text(quote.itemsTotal),
    discount_total: text(quote.discountTotal),
    shipping_total: text(quote.shippingTotal),
    tax_total: text(quote.taxTotal),
    prices_include_tax: quote.pricesIncludeTax,
    tax_lines: quote.taxLines.map((line) => writeTaxLine(line, currency)),
    order_total: text(quote.orderTotal),
    currency,
    shipping_method: shippingMethod && { code: shippingMethod.code, name: shippingMethod.name },
    shipping_methods: quote.shippingOffers.map(({ method: { shippingMethodId, code, name }, price }) => ({
      shipping_method_id: shippingMethodId,
      code,
      name,
      price: text(price),
    })),
  };
}

function toItem(line: ProductsQuote['lines'][number], text: (minor: number) => string): QuotedItemDto {
  return {
    product_id: line.product_id,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    price: text(line.price),
    discount_total: text(line.discountTotal),
    line_total: text(line.lineTotal),
    tax_rate: formatRate(line.taxRate),
    tax_total: text(line.taxTotal),
  };
}

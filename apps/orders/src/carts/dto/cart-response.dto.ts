import { MAX_LINES } from '@app/events';
import {
  AddressDto,
  BooleanField,
  EmailField,
  EnumField,
  IdField,
  IntegerField,
  ListField,
  LocaleField,
  ObjectField,
  RawJson,
  TimeField,
  UuidField,
  versionTag,
} from '@app/http';
import { formatMoney } from '@app/kernel';
import { ApiProperty } from '@nestjs/swagger';
import { crc32 } from 'node:zlib';
import { NoteField } from '../../orders/dto/order-fields.js';
import { QuotedItemDto, QuoteResponseDto, toQuoteResponse } from '../../pricing/dto/quote-response.dto.js';
import { type CartChange, CHANGE_KINDS } from '../cart-lines.js';
import type { CartLine } from '../cart-line.entity.js';
import type { OpenCart } from '../cart-opening.service.js';
import type { PricedCart } from '../cart-prices.js';
import { CART_STATUSES, type CartStatus } from '../cart.entity.js';
import { CartTokenField } from './cart-request.dto.js';

const MAX_INT = 2_147_483_647;

export class CartItemDto extends QuotedItemDto {
  @BooleanField({ description: 'false: gone, with what it was when last put, and counted in no total.' })
  on_sale: boolean;

  @IntegerField({ min: 0, max: MAX_INT, example: 10, description: 'Pieces that can be had now; a cart holds none.' })
  available_quantity: number;
}

const Value = (example: unknown, description: string): PropertyDecorator =>
  ApiProperty({
    oneOf: [
      { type: 'string', pattern: '^\\d+(\\.\\d+)?$' },
      { type: 'integer', minimum: 0, maximum: MAX_INT },
    ],
    example,
    description,
  });

export class CartChangeDto {
  @IdField()
  product_id: number;

  @EnumField(CHANGE_KINDS, {
    description: '`gone`: no longer sold; `availability`: more or fewer of the wanted pieces.',
  })
  kind: CartChange['kind'];

  @Value('29.99', 'The price, else the available pieces, when the line was last put.')
  was: string | number;

  @Value('31.99', 'The same now.')
  is: string | number;
}

export class CartResponseDto extends QuoteResponseDto {
  @UuidField()
  cart_id: string;

  @EnumField(CART_STATUSES, { description: 'Only an open one changes.' })
  status: CartStatus;

  @IdField({ nullable: true, description: 'null: a guest’s.' })
  user_id: number | null;

  @ListField(() => CartItemDto, { max: MAX_LINES, description: 'By product id.' })
  override items: CartItemDto[];

  @ListField(() => CartChangeDto, {
    max: 2 * MAX_LINES,
    description: 'What is no longer as when its line was last put.',
  })
  changes: CartChangeDto[];

  @EmailField({ nullable: true })
  email: string | null;

  @ObjectField(() => AddressDto, { nullable: true })
  shipping_address: AddressDto | null;

  @ObjectField(() => AddressDto, { nullable: true })
  billing_address: AddressDto | null;

  @IdField({ nullable: true, description: 'The choice.' })
  shipping_method_id: number | null;

  @BooleanField({
    nullable: true,
    description: 'Whether the choice is open; where it no longer is, nothing is charged for it. null without a choice.',
  })
  shipping_method_is_open: boolean | null;

  @NoteField({ optional: false })
  note: string | null;

  @LocaleField({ nullable: true })
  locale: string | null;

  @IdField({ nullable: true, example: null, description: 'The order that it became.' })
  order_id: number | null;

  @TimeField({ description: 'Renewed by every change.' })
  expires_at: string;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({ min: 1, max: MAX_INT, example: 1, description: 'Rises with every change; also the ETag.' })
  version: number;
}

export class NewCartResponseDto extends CartResponseDto {
  @CartTokenField({
    optional: true,
    example: 'cart.kJ0b3M1xY9vQ7ZrT5uWdA2sLfGhPnE4cVoXi8BtRy6U',
    description: 'Of a guest’s new cart: send it back in the header `Cart-Token`. It is never shown again.',
  })
  cart_token?: string;
}

export function toCartResponse(priced: PricedCart, currency: string): CartResponseDto {
  const { cart } = priced;
  const quote = toQuoteResponse(priced.quote, currency);
  return {
    cart_id: cart.cartId,
    status: priced.status,
    user_id: cart.userId,
    ...quote,
    items: itemsOf(priced, quote.items, currency),
    changes: priced.changes.map((change) => toChange(change, currency)),
    email: cart.email,
    shipping_address: cart.shippingAddress,
    billing_address: cart.billingAddress,
    shipping_method_id: cart.shippingMethodId,
    shipping_method_is_open: priced.shippingMethodIsOpen,
    note: cart.note,
    locale: cart.locale,
    order_id: cart.orderId,
    expires_at: cart.expiresAt.toISOString(),
    created_at: cart.createdAt.toISOString(),
    updated_at: cart.updatedAt.toISOString(),
    version: cart.version,
  };
}

export function toNewCartResponse(opened: OpenCart, currency: string): NewCartResponseDto {
  const { token } = opened;
  return { ...toCartResponse(opened, currency), ...(token !== undefined && { cart_token: token }) };
}

/** The cart with a tag that also changes with its prices: those change without a new version. */
export function cartAnswer(priced: PricedCart, currency: string): RawJson {
  const bytes = Buffer.from(JSON.stringify(toCartResponse(priced, currency)));
  return new RawJson(bytes, versionTag(priced.cart.version, crc32(bytes)));
}

function itemsOf({ cart, available }: PricedCart, items: readonly QuotedItemDto[], currency: string): CartItemDto[] {
  const quoted = new Map(items.map((item) => [item.product_id, item]));
  return cart.lines.map((line) => {
    const item = quoted.get(line.productId);
    const available_quantity = available.get(line.productId) ?? 0;
    return { ...(item ?? unsoldItem(line, currency)), on_sale: item !== undefined, available_quantity };
  });
}

function unsoldItem({ productId, sku, name, quantity, price }: CartLine, currency: string): QuotedItemDto {
  const nothing = formatMoney(0, currency);
  return {
    ...{ product_id: productId, sku, name, quantity, price: formatMoney(price, currency) },
    ...{ discount_total: nothing, line_total: nothing, tax_rate: '0', tax_total: nothing },
  };
}

function toChange({ productId, kind, was, is }: CartChange, currency: string): CartChangeDto {
  const value = (amount: number) => (kind === 'price' ? formatMoney(amount, currency) : amount);
  return { product_id: productId, kind, was: value(was), is: value(is) };
}

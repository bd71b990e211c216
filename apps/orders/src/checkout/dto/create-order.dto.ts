import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import { AddressDto, IdField, IntegerField, ListField, LocaleField, MoneyField, ObjectField } from '@app/http';
import { NoteField } from '../../orders/dto/order-fields.js';
import { MAX_TOTAL } from '../../pricing/max-totals.js';

const MAY_BE_MISSING = { optional: true, nullable: true } as const;

export class CreateOrderItemDto {
  @IdField({ description: 'A product that is on sale.' })
  product_id: number;

  @IntegerField({
    min: 1,
    max: MAX_QUANTITY,
    example: 2,
    description: `Pieces. Lines with the same product are added up, to ${MAX_QUANTITY} at most.`,
  })
  quantity: number;

  @MoneyField({
    optional: true,
    min: 1,
    description: 'What you expect one piece to cost: another price answers 409 price-changed. Never what is charged.',
  })
  price_at_order?: number;
}

export class CreateOrderDto {
  @ListField(() => CreateOrderItemDto, { min: 1, max: MAX_LINES })
  items: CreateOrderItemDto[];

  @ObjectField(() => AddressDto, MAY_BE_MISSING)
  shipping_address?: AddressDto | null;

  @ObjectField(() => AddressDto, MAY_BE_MISSING)
  billing_address?: AddressDto | null;

  @IdField({
    ...MAY_BE_MISSING,
    description: 'One that is open to the items and the address (POST /quotes); without one shipping costs nothing.',
  })
  shipping_method_id?: number | null;

  @MoneyField({
    optional: true,
    max: MAX_TOTAL,
    example: 5_998,
    description:
      'What you expect the order to cost, with shipping and tax: another total answers 409 total-changed with the new ' +
      'quote, and orders nothing.',
  })
  expected_total?: number;

  @NoteField()
  note?: string | null;

  @LocaleField(MAY_BE_MISSING)
  locale?: string | null;

  @IdField({
    optional: true,
    example: undefined,
    description: 'Staff only: the customer the order is for. Default: the caller.',
  })
  user_id?: number;
}

/** Says no price and no total, since the rates and methods of the demo data may have been changed. */
export const ORDER_EXAMPLE = {
  items: [{ product_id: 1, quantity: 2 }],
  shipping_address: {
    name: 'Ada Lovelace',
    line1: '12 St James’s Square',
    city: 'London',
    postal_code: 'SW1Y 4JH',
    country: 'GB',
  },
  shipping_method_id: 1,
  note: 'Please ring twice.',
  locale: 'en-GB',
};

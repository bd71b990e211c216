import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import { AddressDto, IdField, IntegerField, ListField, LocaleField, MoneyField, ObjectField } from '@app/http';
import { NoteField } from '../../orders/dto/order-fields.js';

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

  @ObjectField(() => AddressDto, { optional: true, nullable: true })
  shipping_address?: AddressDto | null;

  @ObjectField(() => AddressDto, { optional: true, nullable: true })
  billing_address?: AddressDto | null;

  @NoteField()
  note?: string | null;

  @LocaleField({ optional: true, nullable: true })
  locale?: string | null;

  @IdField({
    optional: true,
    example: undefined,
    description: 'Staff only: the customer the order is for. Default: the caller.',
  })
  user_id?: number;
}

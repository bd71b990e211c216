import { MAX_QUANTITY } from '@app/events';
import {
  AddressDto,
  EmailField,
  type FieldOptions,
  IdField,
  IntegerField,
  LocaleField,
  ObjectField,
  TextField,
  UuidField,
} from '@app/http';
import { NoteField } from '../../orders/dto/order-fields.js';

const MAY_BE_MISSING = { optional: true, nullable: true } as const;

/** A guest's token, as `POST /carts` has shown it. */
export const CartTokenField = (options: FieldOptions = {}): PropertyDecorator =>
  TextField({ min: 1, max: 100, pattern: /^[\w.-]+$/, example: '{{cart_token}}', ...options });

/** A new cart is empty. */
export class NewCartDto {}

export class PutCartItemDto {
  @IntegerField({ min: 0, max: MAX_QUANTITY, example: 2, description: 'Pieces; 0 removes the product.' })
  quantity: number;
}

export class AddCartItemDto {
  @IdField({ description: 'A product that is on sale.' })
  product_id: number;

  @IntegerField({
    ...{ min: 1, max: MAX_QUANTITY, example: 2 },
    description: `Pieces to add, to ${MAX_QUANTITY} of a product at most.`,
  })
  quantity: number;
}

/** Any field may be left out, and stays as it is; null erases it. */
export class UpdateCartDto {
  @EmailField({ ...MAY_BE_MISSING, description: 'Where a guest’s order is confirmed.' })
  email?: string | null;

  @ObjectField(() => AddressDto, MAY_BE_MISSING)
  shipping_address?: AddressDto | null;

  @ObjectField(() => AddressDto, MAY_BE_MISSING)
  billing_address?: AddressDto | null;

  @IdField({ ...MAY_BE_MISSING, description: 'One of the methods that are open.' })
  shipping_method_id?: number | null;

  @NoteField()
  note?: string | null;

  @LocaleField(MAY_BE_MISSING)
  locale?: string | null;
}

export class MergeCartDto {
  @UuidField({ example: '{{guest_cart_id}}', description: 'The guest’s cart.' })
  cart_id: string;

  @CartTokenField({ description: 'Of that cart.' })
  cart_token: string;
}

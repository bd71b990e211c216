import { MAX_LINES, MAX_QUANTITY } from '@app/events';
import { AddressDto, IdField, IntegerField, ListField, ObjectField } from '@app/http';

export class QuoteItemDto {
  @IdField({ description: 'A product that is on sale.' })
  product_id: number;

  @IntegerField({
    ...{ min: 1, max: MAX_QUANTITY, example: 2 },
    description: `Pieces. Lines with the same product are added up, to ${MAX_QUANTITY} at most.`,
  })
  quantity: number;
}

export class QuoteRequestDto {
  @ListField(() => QuoteItemDto, { min: 1, max: MAX_LINES })
  items: QuoteItemDto[];

  @ObjectField(() => AddressDto, { optional: true, nullable: true })
  shipping_address?: AddressDto | null;

  @IdField({ optional: true, nullable: true, description: 'One of the methods that are open.' })
  shipping_method_id?: number | null;
}

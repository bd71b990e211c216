import { BooleanField, IntegerField, pageDto, TextField } from '@app/http';
import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { MAX_FACETS, MAX_VALUES } from '../facets.js';
import { ProductResponseDto } from './product-response.dto.js';

export class FacetValueDto {
  @TextField({
    min: 1,
    max: 100,
    example: 'Accessories',
    description:
      'As it filters by the name of the facet; of `price`, min_price and max_price with a hyphen between them.',
  })
  value: string;

  @IntegerField({ min: 1, max: 2_147_483_647, example: 3, description: 'How many products have it.' })
  count: number;
}

/** Documented as `ProductList`, as before it had facets. */
@ApiExtraModels(FacetValueDto)
class ProductList extends pageDto('products', ProductResponseDto) {
  @ApiProperty({
    type: 'object',
    selfRequired: false,
    maxProperties: MAX_FACETS,
    additionalProperties: { type: 'array', maxItems: MAX_VALUES, items: { $ref: getSchemaPath(FacetValueDto) } },
    description: 'If asked for, under the names in `facets`: the most frequent values, prices by amount.',
  })
  facets?: Record<string, FacetValueDto[]>;

  @BooleanField({
    optional: true,
    description:
      'false: more products match than were counted, or a facet is empty because counting it takes too long.',
  })
  facets_are_exact?: boolean;
}

export { ProductList as ProductListDto };

import { TextField } from '@app/http';
import { NewProductDto } from '../../catalog/dto/create-product.dto.js';
import { OptionValuesField } from '../../catalog/dto/option-fields.js';
import type { OptionValues } from '../../catalog/option-values.js';

export class CreateVariantDto extends NewProductDto {
  @OptionValuesField({
    example: { size: 'M' },
    description: 'One of the group’s values for each of its options, in any order.',
  })
  option_values: OptionValues;

  @TextField({
    ...{ min: 1, max: 255, trim: true, optional: true, example: 'T-shirt, M' },
    description: 'Default: the name of the group, followed by the values.',
  })
  name?: string;
}

import { type FieldOptions, TextMapField } from '@app/http';
import { MAX_OPTIONS, OPTION_NAME, OPTION_VALUE_LENGTH } from '../option-values.js';

export const OptionValuesField = (options: FieldOptions & { prefix?: string } = {}): PropertyDecorator =>
  TextMapField({
    ...{ max: MAX_OPTIONS, names: OPTION_NAME, length: OPTION_VALUE_LENGTH },
    ...{ example: { size: 'M', colour: 'red' } },
    ...options,
  });

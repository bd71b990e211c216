import {
  BooleanField,
  CountriesField,
  EnumField,
  type FieldOptions,
  IdField,
  IntegerField,
  ListField,
  MoneyField,
  pageDto,
  TextField,
  TimeField,
} from '@app/http';
import { formatMoney } from '@app/kernel';
import type { Type } from '@nestjs/common';
import { MAX_ITEMS_TOTAL } from '../max-totals.js';
import { SHIPPING_BASES, type ShippingBasis } from '../shipping.js';
import type { ShippingMethod } from '../shipping-method.entity.js';
import { writeStart } from '../shipping-steps.js';

const MAX_STEPS = 50;
const MAX_POSITION = 1_000_000;

const StartField = (): PropertyDecorator =>
  TextField({
    min: 1,
    max: 20,
    pattern: /^(0|[1-9]\d*)(\.\d+)?$/,
    example: '0',
    description: 'Inclusive: an amount, or whole grams where the method goes `by` weight.',
  });

const BasisField = (options: FieldOptions = {}): PropertyDecorator =>
  EnumField(SHIPPING_BASES, {
    description: 'What `from` of a step means: the subtotal of the items, or grams.',
    ...options,
  });

const CodeField = (options: FieldOptions = {}): PropertyDecorator =>
  TextField({ min: 1, max: 100, pattern: /^[A-Za-z0-9._-]+$/, example: 'pickup', description: 'Unique.', ...options });

export class ShippingStepDto {
  @StartField()
  from: string;

  @MoneyField({ example: 490 })
  price: number;
}

/** The fields of a shipping method; with `optional` any of them may be left out, as in a change. */
function shippingFields<O extends boolean>(optional: O) {
  class ShippingFields {
    @CodeField({ optional })
    code: string;

    @TextField({ min: 1, max: 100, trim: true, optional, example: 'Pick-up point' })
    name: string;

    @CountriesField({ optional: true, description: 'Where it goes to; empty (default): everywhere.' })
    countries?: string[];

    @BasisField({ optional })
    by: ShippingBasis;

    @ListField(() => ShippingStepDto, {
      optional,
      min: 1,
      max: MAX_STEPS,
      description: 'What it costs; below the first step it is closed. A change replaces all of them.',
    })
    steps: ShippingStepDto[];

    @MoneyField({
      optional: true,
      nullable: true,
      max: MAX_ITEMS_TOTAL,
      example: 5_000,
      description: 'The subtotal of the items, inclusive, from which on it costs nothing; null (default): never.',
    })
    free_from?: number | null;

    @IntegerField({
      optional: true,
      min: 0,
      max: MAX_POSITION,
      example: 3,
      description: 'In lists, the lowest first; default 0.',
    })
    position?: number;

    @BooleanField({ optional: true, description: 'Default true; else only staff see it, and nobody can choose it.' })
    active?: boolean;
  }
  return ShippingFields as O extends true ? Type<Partial<ShippingFields>> : Type<ShippingFields>;
}

export class CreateShippingMethodDto extends shippingFields(false) {}

/** Any field may be left out, and stays as it is. */
export class UpdateShippingMethodDto extends shippingFields(true) {}

export class ShippingStepResponseDto {
  @StartField()
  from: string;

  @MoneyField({ example: 490 })
  price: string;
}

export class ShippingMethodResponseDto {
  @IdField()
  shipping_method_id: number;

  @CodeField({ example: 'standard' })
  code: string;

  @TextField({ min: 1, max: 100, example: 'Standard' })
  name: string;

  @CountriesField({ example: [], description: 'Empty: everywhere.' })
  countries: string[];

  @BasisField()
  by: ShippingBasis;

  @ListField(() => ShippingStepResponseDto, { max: MAX_STEPS, description: 'By rising `from`.' })
  steps: ShippingStepResponseDto[];

  @MoneyField({ nullable: true, max: MAX_ITEMS_TOTAL, example: 5_000 })
  free_from: string | null;

  @IntegerField({ min: 0, max: MAX_POSITION, example: 1, description: 'In lists, the lowest first.' })
  position: number;

  @BooleanField()
  active: boolean;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({ min: 1, max: 2_147_483_647, example: 1, description: 'Rises with every change; also the ETag.' })
  version: number;
}

export class ShippingMethodListDto extends pageDto('shipping_methods', ShippingMethodResponseDto) {}

export function toShippingMethodResponse(method: ShippingMethod, currency: string): ShippingMethodResponseDto {
  const { by, freeFrom } = method;
  return {
    shipping_method_id: method.shippingMethodId,
    code: method.code,
    name: method.name,
    countries: method.countries,
    by,
    steps: method.steps.map(({ from, price }) => ({
      from: writeStart(from, by, currency),
      price: formatMoney(price, currency),
    })),
    free_from: freeFrom === null ? null : formatMoney(freeFrom, currency),
    position: method.position,
    active: method.isActive,
    created_at: method.createdAt.toISOString(),
    updated_at: method.updatedAt.toISOString(),
    version: method.version,
  };
}

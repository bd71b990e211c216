import type { AddressInput } from '@app/kernel';
import { applyDecorators, type Type } from '@nestjs/common';
import { isISO31661Alpha2 } from 'class-validator';
import { field, type FieldOptions, planned } from './field.js';
import { TextField, type TextOptions } from './fields.js';

const MAX_COUNTRIES = 250;

/** A phone number of E.164. */
export function PhoneField(options: FieldOptions = {}): PropertyDecorator {
  const rule = { min: 3, max: 16, pattern: /^\+[1-9]\d+$/, example: '+442079460000', description: 'E.164' };
  return TextField({ ...rule, ...options });
}

// The library takes small letters, too.
const isCountry = (value: unknown): boolean =>
  typeof value === 'string' && isISO31661Alpha2(value) && value.toUpperCase() === value;

/** A country of ISO 3166-1 as two capital letters. */
export function CountryField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    {
      code: 'country',
      says: 'must be the two capital letters of a country in ISO 3166-1, such as GB',
      check: isCountry,
      docs: { type: 'string', minLength: 2, maxLength: 2, pattern: '^[A-Z]{2}$' },
    },
    { example: 'GB', description: 'ISO 3166-1 alpha-2.', ...options },
  );
}

/** A list of countries of ISO 3166-1, at most as many as there are. */
export function CountriesField(options: FieldOptions = {}): PropertyDecorator {
  const maxItems = MAX_COUNTRIES;
  return applyDecorators(
    field(
      {
        code: 'countries',
        says: `must be a list of countries in ISO 3166-1, such as ["GB", "IE"], at most ${maxItems}`,
        check: (value) => Array.isArray(value) && value.length <= maxItems && value.every(isCountry),
        docs: { type: 'array', items: { type: 'string', pattern: '^[A-Z]{2}$' }, maxItems },
      },
      { example: ['GB', 'US'], ...options },
    ),
    planned({ maxItems }),
  );
}

const Part = (options: Partial<TextOptions>): PropertyDecorator =>
  TextField({ min: 1, max: 100, trim: true, ...options });

const MAY_BE_MISSING = { optional: true, nullable: true } as const;

/** The fields of an address; with `optional` any of them may be left out, as in a change. */
export function addressDto({ optional }: { optional: true }): Type<Partial<AddressInput>>;
export function addressDto({ optional }: { optional: false }): Type<AddressInput>;
export function addressDto({ optional }: { optional: boolean }): Type<Partial<AddressInput>> {
  class AddressFields implements AddressInput {
    @Part({ optional, example: 'Ada Lovelace', description: 'Who receives it.' })
    name: string;

    @Part({ ...MAY_BE_MISSING, example: 'Analytical Engines Ltd' })
    company?: string | null;

    @Part({ optional, example: '12 St James’s Square', description: 'Street and number.' })
    line1: string;

    @Part({ ...MAY_BE_MISSING, example: 'Floor 2' })
    line2?: string | null;

    @Part({ optional, example: 'London' })
    city: string;

    @Part({ ...MAY_BE_MISSING, example: undefined, description: 'A state, province or county.' })
    region?: string | null;

    @Part({ ...MAY_BE_MISSING, max: 20, example: 'SW1Y 4JH' })
    postal_code?: string | null;

    @CountryField({ optional })
    country: string;

    @PhoneField(MAY_BE_MISSING)
    phone?: string | null;
  }
  return AddressFields;
}

/** An address in a request, where null stands for a missing part, and in a response, which leaves such parts out. */
export class AddressDto extends addressDto({ optional: false }) {}

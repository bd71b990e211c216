import type { AddressInput } from '@app/kernel';
import type { Type } from '@nestjs/common';
import { isISO31661Alpha2 } from 'class-validator';
import { field, type FieldOptions } from './field.js';
import { TextField, type TextOptions } from './fields.js';

/** A phone number of E.164. */
export function PhoneField(options: FieldOptions = {}): PropertyDecorator {
  const rule = { min: 3, max: 16, pattern: /^\+[1-9]\d+$/, example: '+442079460000', description: 'E.164' };
  return TextField({ ...rule, ...options });
}

/** A country of ISO 3166-1 as two capital letters. */
export function CountryField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    {
      code: 'country',
      says: 'must be the two capital letters of a country in ISO 3166-1, such as GB',
      // The library takes small letters, too.
      check: (value) => isISO31661Alpha2(value) && (value as string).toUpperCase() === value,
      docs: { type: 'string', minLength: 2, maxLength: 2, pattern: '^[A-Z]{2}$' },
    },
    { example: 'GB', description: 'ISO 3166-1 alpha-2.', ...options },
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

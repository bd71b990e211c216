import {
  BooleanField,
  CountryField,
  IdField,
  IntegerField,
  pageDto,
  PageQueryDto,
  RateField,
  TextField,
  TimeField,
} from '@app/http';
import { formatRate } from '@app/kernel';
import type { Type } from '@nestjs/common';
import { MAX_POSTAL_CODE } from '../place.js';
import type { TaxRate } from '../tax-rate.entity.js';

const MAY_BE_MISSING = { optional: true, nullable: true } as const;

export class TaxRateQueryDto extends PageQueryDto {
  @CountryField({ optional: true, example: 'US' })
  country?: string;
}

/** The fields of a tax rate; with `optional` any of them may be left out, as in a change. */
function taxFields<O extends boolean>(optional: O) {
  class TaxFields {
    @TextField({ min: 1, max: 100, trim: true, optional, example: 'TVA', description: 'As orders show it.' })
    name: string;

    @CountryField({ optional, example: 'FR' })
    country: string;

    @TextField({
      ...MAY_BE_MISSING,
      ...{ min: 1, max: 100, trim: true, example: undefined },
      description: 'As addresses write it, in any case; null (default): the whole country.',
    })
    region?: string | null;

    @TextField({
      ...MAY_BE_MISSING,
      ...{ min: 1, max: MAX_POSTAL_CODE, pattern: /^[A-Za-z0-9][A-Za-z0-9 -]*$/, example: undefined },
      description: 'How postal codes begin; spaces, hyphens and case make no difference. null (default): all.',
    })
    postal_prefix?: string | null;

    @TextField({
      ...{ min: 1, max: 100, trim: true, optional: true, example: 'standard' },
      description: 'Which products, by their `tax_category`; default `standard`.',
    })
    tax_category?: string;

    @RateField({ optional, example: '0.2' })
    rate: number;

    @BooleanField({ optional: true, description: 'Whether shipping may be taxed at this rate; default false.' })
    includes_shipping?: boolean;

    @TimeField({ ...MAY_BE_MISSING, description: 'Inclusive; null (default): ever before.' })
    valid_from?: Date | null;

    @TimeField({ ...MAY_BE_MISSING, example: undefined, description: 'Exclusive; null (default): ever after.' })
    valid_to?: Date | null;
  }
  return TaxFields as O extends true ? Type<Partial<TaxFields>> : Type<TaxFields>;
}

export class CreateTaxRateDto extends taxFields(false) {}

/** Any field may be left out, and stays as it is. */
export class UpdateTaxRateDto extends taxFields(true) {}

export class TaxRateResponseDto {
  @IdField()
  tax_rate_id: number;

  @TextField({ min: 1, max: 100, example: 'VAT' })
  name: string;

  @CountryField()
  country: string;

  @TextField({ min: 1, max: 100, nullable: true, example: null, description: 'In capitals.' })
  region: string | null;

  @TextField({
    ...{ min: 1, max: MAX_POSTAL_CODE, nullable: true, example: null },
    description: 'In capitals, without spaces and hyphens.',
  })
  postal_prefix: string | null;

  @TextField({ min: 1, max: 100, example: 'standard' })
  tax_category: string;

  @RateField({ example: '0.2' })
  rate: string;

  @BooleanField()
  includes_shipping: boolean;

  @TimeField({ nullable: true, description: 'Inclusive.' })
  valid_from: string | null;

  @TimeField({ nullable: true, example: null, description: 'Exclusive.' })
  valid_to: string | null;

  @TimeField()
  created_at: string;

  @TimeField()
  updated_at: string;

  @IntegerField({ min: 1, max: 2_147_483_647, example: 1, description: 'Rises with every change; also the ETag.' })
  version: number;
}

export class TaxRateListDto extends pageDto('tax_rates', TaxRateResponseDto) {}

export function toTaxRateResponse(rate: TaxRate): TaxRateResponseDto {
  return {
    tax_rate_id: rate.taxRateId,
    name: rate.name,
    country: rate.country,
    region: rate.region,
    postal_prefix: rate.postalPrefix,
    tax_category: rate.taxCategory,
    rate: formatRate(rate.rate),
    includes_shipping: rate.includesShipping,
    valid_from: rate.validFrom?.toISOString() ?? null,
    valid_to: rate.validTo?.toISOString() ?? null,
    created_at: rate.createdAt.toISOString(),
    updated_at: rate.updatedAt.toISOString(),
    version: rate.version,
  };
}

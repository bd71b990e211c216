import { STANDARD_TAX_CATEGORY } from '@app/kernel';
import { postalKey, regionKey } from './place.js';
import { emptyPeriod } from './pricing.errors.js';
import type { TaxRate } from './tax-rate.entity.js';

/** A rate as it is stored, without what the database gives it. */
export type TaxFields = Omit<TaxRate, 'taxRateId' | 'createdAt' | 'updatedAt' | 'version'>;

/** A rate as it is written. */
export interface TaxInput {
  name: string;
  country: string;
  region?: string | null;
  postal_prefix?: string | null;
  tax_category?: string;
  /** Parts per million. */
  rate: number;
  includes_shipping?: boolean;
  valid_from?: Date | null;
  valid_to?: Date | null;
}

/** A rate of a file, and the line on which it ends, from 1. */
export interface TaxRow {
  line: number;
  fields: TaxFields;
}

/** What makes a rate the same one in a file and in the database: where, for what and from when on it applies. */
export function taxKey({ country, region, postalPrefix, taxCategory, validFrom }: TaxFields): string {
  return JSON.stringify([country, region, postalPrefix, taxCategory, validFrom]);
}

/** @throws DomainError `validation-failed` for a rate that ends before it begins */
export function fieldsOf(input: TaxInput): TaxFields {
  const { name, country, region, postal_prefix, rate, includes_shipping: includesShipping = false } = input;
  const { tax_category: taxCategory = STANDARD_TAX_CATEGORY } = input;
  const { valid_from: validFrom = null, valid_to: validTo = null } = input;
  if (validFrom && validTo && validFrom >= validTo) throw emptyPeriod();
  return {
    name,
    country,
    region: region ? regionKey(region) : null,
    postalPrefix: postal_prefix ? postalKey(postal_prefix) : null,
    taxCategory,
    rate,
    includesShipping,
    validFrom,
    validTo,
  };
}

export function inputOf(rate: TaxFields): TaxInput {
  return {
    name: rate.name,
    country: rate.country,
    region: rate.region,
    postal_prefix: rate.postalPrefix,
    tax_category: rate.taxCategory,
    rate: rate.rate,
    includes_shipping: rate.includesShipping,
    valid_from: rate.validFrom,
    valid_to: rate.validTo,
  };
}

import { Database } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { assertVersion, type ExpectedVersions, type ListRequest, type Page, STANDARD_TAX_CATEGORY } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { postalKey, regionKey } from './place.js';
import { emptyPeriod, noSuchTaxRate } from './pricing.errors.js';
import type { TaxRate } from './tax-rate.entity.js';
import { type TaxFields, TaxRatesRepository } from './tax-rates.repository.js';

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

/** Keeps the rates of tax. */
@Injectable()
export class TaxRatesService {
  constructor(
    private readonly database: Database,
    private readonly rates: TaxRatesRepository,
    private readonly idempotency: Idempotency,
  ) {}

  list(filter: { country?: string }, request: ListRequest): Promise<Page<TaxRate>> {
    return this.rates.list(filter, request);
  }

  async get(taxRateId: number): Promise<TaxRate> {
    const rate = await this.rates.find(taxRateId);
    if (!rate) throw noSuchTaxRate();
    return rate;
  }

  create(input: TaxInput, { claim, answer }: Reply<TaxRate>): Promise<TaxRate> {
    return this.database.transaction(async (tx) => {
      const rate = await this.rates.insert(tx, fieldsOf(input));
      await this.idempotency.commit(tx, claim, answer(rate));
      return rate;
    });
  }

  /** Orders that are placed keep what they were taxed. */
  change(taxRateId: number, input: Partial<TaxInput>, ifMatch?: ExpectedVersions): Promise<TaxRate> {
    return this.database.transaction(async (tx) => {
      const rate = await this.rates.lockForChange(tx, taxRateId);
      assertVersion(rate.version - 1, ifMatch);
      const fields = fieldsOf({ ...inputOf(rate), ...input });
      await this.rates.change(tx, rate, fields);
      return Object.assign(rate, fields);
    });
  }

  async remove(taxRateId: number, ifMatch?: ExpectedVersions): Promise<void> {
    await this.database.transaction(async (tx) => {
      const rate = await this.rates.lockForChange(tx, taxRateId);
      assertVersion(rate.version - 1, ifMatch);
      await this.rates.remove(tx, rate);
    });
  }
}

function fieldsOf(input: TaxInput): TaxFields {
  const {
    name,
    country,
    region,
    postal_prefix,
    tax_category = STANDARD_TAX_CATEGORY,
    rate,
    includes_shipping = false,
  } = input;
  const { valid_from: validFrom = null, valid_to: validTo = null } = input;
  if (validFrom && validTo && validFrom >= validTo) throw emptyPeriod();
  return {
    name,
    country,
    region: region ? regionKey(region) : null,
    postalPrefix: postal_prefix ? postalKey(postal_prefix) : null,
    taxCategory: tax_category,
    rate,
    includesShipping: includes_shipping,
    validFrom,
    validTo,
  };
}

function inputOf(rate: TaxRate): TaxInput {
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

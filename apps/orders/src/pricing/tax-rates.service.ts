import { Database } from '@app/database';
import { Idempotency, type Reply } from '@app/idempotency';
import { assertVersion, type ExpectedVersions, type ListRequest, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { noSuchTaxRate } from './pricing.errors.js';
import { fieldsOf, inputOf, type TaxInput } from './tax-fields.js';
import type { TaxRate } from './tax-rate.entity.js';
import { TaxRatesRepository } from './tax-rates.repository.js';

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

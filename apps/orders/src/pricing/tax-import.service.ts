import { AuditLog } from '@app/audit';
import { Database, type Tx } from '@app/database';
import { Injectable } from '@nestjs/common';
import type { TaxRow } from './tax-fields.js';
import { planImport, type TaxPlan } from './tax-plan.js';
import { TaxRatesRepository } from './tax-rates.repository.js';

export interface TaxImportOptions {
  /** Name of the file, for the audit log. */
  file: string;
  operator: string;
  /** Compares, and writes nothing. */
  dryRun: boolean;
}

/** Imports rates by country, region, postal prefix, category and `valid_from`: all of them, or none. */
@Injectable()
export class TaxImportService {
  constructor(
    private readonly database: Database,
    private readonly rates: TaxRatesRepository,
    private readonly audit: AuditLog,
  ) {}

  async run(rows: readonly TaxRow[], { file, operator, dryRun }: TaxImportOptions): Promise<TaxPlan> {
    if (dryRun) return this.plan(rows);
    return this.database.transaction(async (tx) => {
      const plan = await this.plan(rows, tx);
      const { inserted, updated, removed } = plan;
      if (inserted.length + updated.length + removed.length === 0) return plan;
      await this.rates.insertAll(
        tx,
        inserted.map(({ fields }) => fields),
      );
      for (const { rate, fields } of updated) await this.rates.replace(tx, rate, fields);
      for (const rate of removed) await this.rates.remove(tx, rate);
      const what = { action: 'tax.import', target: file, before: null, after: countsOf(plan) };
      await this.audit.record({ operator, ...what }, tx);
      return plan;
    });
  }

  private async plan(rows: readonly TaxRow[], tx?: Tx): Promise<TaxPlan> {
    const countries = [...new Set(rows.map(({ fields }) => fields.country))];
    return planImport(rows, countries.length === 0 ? [] : await this.rates.ofCountries(countries, tx));
  }
}

export function countsOf({ inserted, updated, removed, unchanged }: TaxPlan): Record<keyof TaxPlan, number> {
  return { inserted: inserted.length, updated: updated.length, removed: removed.length, unchanged };
}

import { Database, forUpdate, inList, ListQuery, lockForChange, type Tx } from '@app/database';
import { Clock, type ListRequest, type Page } from '@app/kernel';
import { Injectable } from '@nestjs/common';
import { MAX_POSTAL_CODE, type Place } from './place.js';
import { noSuchTaxRate } from './pricing.errors.js';
import type { TaxFields } from './tax-fields.js';
import { TaxRate } from './tax-rate.entity.js';

/** Rows of an INSERT: a prepared statement has at most 65,535 parameters. */
const AT_ONCE = 1_000;

/** Sets times and versions itself. */
@Injectable()
export class TaxRatesRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  list({ country }: { country?: string }, request: ListRequest): Promise<Page<TaxRate>> {
    const list = ListQuery.of(this.database.statements(TaxRate));
    if (country !== undefined) list.where('country = ?', country);
    return list.sortable({ tax_rate_id: 'tax_rate_id' }, 'tax_rate_id').page(this.database, request);
  }

  /** Returns the rates that may apply at a place, and possibly more: `quote` decides. */
  async forPlace({ country, region, postalCode }: Place, tx?: Tx): Promise<TaxRate[]> {
    const statements = this.database.statements(TaxRate);
    const prefixes = prefixesOf(postalCode ?? '');
    const rows = await this.database.query<object>(
      `SELECT ${statements.columnList()} FROM tax_rates WHERE country = ?
         AND (postal_prefix IS NULL OR postal_prefix ${inList(prefixes)}) AND (region IS NULL OR region = ?)`,
      // No rate has an empty region or prefix.
      [country, ...prefixes, region ?? ''],
      tx,
    );
    return rows.map((row) => statements.toEntity(row));
  }

  /** Returns all rates of some countries, the oldest first. Locks them in a transaction. */
  async ofCountries(countries: readonly string[], tx?: Tx): Promise<TaxRate[]> {
    const statements = this.database.statements(TaxRate);
    const lock = tx ? forUpdate(this.database.dialect) : '';
    const rows = await this.database.query<object>(
      `SELECT ${statements.columnList()} FROM tax_rates WHERE country ${inList(countries)} ORDER BY tax_rate_id${lock}`,
      [...countries],
      tx,
    );
    return rows.map((row) => statements.toEntity(row));
  }

  find(taxRateId: number): Promise<TaxRate | null> {
    return this.database.repository(TaxRate).findOneBy({ taxRateId });
  }

  async insert(tx: Tx, fields: TaxFields): Promise<TaxRate> {
    const now = this.clock.now();
    const rate = Object.assign(new TaxRate(), fields, { createdAt: now, updatedAt: now, version: 1 });
    await this.database.repository(TaxRate, tx).insert(rate);
    return rate;
  }

  async insertAll(tx: Tx, all: readonly TaxFields[]): Promise<void> {
    const now = this.clock.now();
    const rows = all.map((fields) => ({ ...fields, createdAt: now, updatedAt: now, version: 1 }));
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      await this.database.insert(TaxRate, rows.slice(from, from + AT_ONCE), { tx });
    }
  }

  /** Locks the rate until the transaction ends and counts its version up. @throws DomainError `not-found` */
  async lockForChange(tx: Tx, taxRateId: number): Promise<TaxRate> {
    const found = await lockForChange(this.database, tx, TaxRate, { where: { taxRateId }, at: this.clock.now() });
    if (!found) throw noSuchTaxRate();
    return this.database.repository(TaxRate, tx).findOneByOrFail({ taxRateId });
  }

  async change(tx: Tx, { taxRateId }: TaxRate, fields: TaxFields): Promise<void> {
    await this.database.repository(TaxRate, tx).update({ taxRateId }, fields);
  }

  /** Changes a rate that `ofCountries` has locked. */
  async replace(tx: Tx, { taxRateId, version }: TaxRate, fields: TaxFields): Promise<void> {
    const next = { ...fields, updatedAt: this.clock.now(), version: version + 1 };
    const set = Object.keys(next) as (keyof typeof next)[];
    const { sql, params } = this.database.statements(TaxRate).update(next, set, { taxRateId });
    await this.database.execute(sql, params, tx);
  }

  async remove(tx: Tx, { taxRateId }: TaxRate): Promise<void> {
    await this.database.repository(TaxRate, tx).delete({ taxRateId });
  }
}

/** As many for every code, so that the server prepares one statement. */
function prefixesOf(postalCode: string): string[] {
  return Array.from({ length: MAX_POSTAL_CODE }, (_, index) => [...postalCode].slice(0, index + 1).join(''));
}

import { formatRate } from '@app/kernel';
import type { TaxFields, TaxPlan } from '../../../orders/src/operations-app.module.js';

type Written = Record<string, string | boolean | null>;

/** What an import does to one rate, as a row; `line` is that of the file. */
export interface TaxChange {
  change: 'insert' | 'update' | 'remove';
  line: number | null;
  country: string;
  region: string | null;
  postal_prefix: string | null;
  tax_category: string;
  valid_from: Date | null;
  /** Of an update only what differs. */
  before: Written | null;
  after: Written | null;
}

export function changesOf({ inserted, updated, removed }: TaxPlan): TaxChange[] {
  return [
    ...inserted.map(({ line, fields }) => changeOf('insert', { line, after: fields })),
    ...updated.map(({ line, fields, rate }) => changeOf('update', { line, before: rate, after: fields })),
    ...removed.map((rate) => changeOf('remove', { before: rate })),
  ];
}

/** Where, for what and from when on a rate applies. */
export const whereOf = ({ country, region, postalPrefix, taxCategory, validFrom }: TaxFields) => ({
  country,
  region,
  postal_prefix: postalPrefix,
  tax_category: taxCategory,
  valid_from: validFrom,
});

export const whatOf = ({ name, rate, includesShipping, validTo }: TaxFields): Written => ({
  name,
  rate: formatRate(rate),
  includes_shipping: includesShipping,
  valid_to: validTo?.toISOString() ?? null,
});

function changeOf(
  change: TaxChange['change'],
  { line = null, before, after }: { line?: number | null; before?: TaxFields; after?: TaxFields },
): TaxChange {
  const [was, becomes] = [before && whatOf(before), after && whatOf(after)];
  const where = whereOf((before ?? after) as TaxFields);
  return { change, line, ...where, before: differing(was, becomes), after: differing(becomes, was) };
}

function differing(own: Written | undefined, other: Written | undefined): Written | null {
  if (!own) return null;
  return Object.fromEntries(Object.entries(own).filter(([name, value]) => value !== other?.[name]));
}

import { Database, isTimedOut, type Run, runWithin } from '@app/database';
import { Injectable } from '@nestjs/common';
import { ProductsSettings } from '../products.settings.js';
import { type CountedRow, type Facets, facetValues, isPlain, optionOf, type PlainFacet } from './facets.js';
import { optionKey } from './option-values.js';
import { rangeSql } from './price-ranges.js';
import { LIST_MS, type ProductFilter, ProductListsRepository } from './product-lists.repository.js';

/** Matching products that are counted at most: with more, the counts are of some of them. */
const COUNTED_ROWS = 5_000;

/** How many products were looked at, and how many of them a list has: of a group one, if it is collapsed. */
interface Numbers {
  looked: number;
  n: number;
}
type PlainRow = Record<PlainFacet, string | number | null> & Numbers;
type OptionRow = CountedRow & Numbers;

const NUMBERS = {
  one: 'COUNT(*) AS looked, COUNT(DISTINCT matching.listed) AS n',
  all: 'COUNT(*) AS looked, COUNT(*) AS n',
};
/** Equal for the variants of a group. */
const LISTED = 'COALESCE(p.group_id, -p.product_id) AS listed';

interface Counted<Row> {
  rows: Row[];
  /** Whether these are all. */
  exact: boolean;
}

/** What to read of the products that match a filter. */
interface Counting {
  columns: readonly string[];
  /** Makes a statement of the SELECT of these columns. */
  by: (matching: string) => string;
  params?: readonly unknown[];
}

/** Counts how many of the products that a filter finds have which value. */
@Injectable()
export class ProductFacetsRepository {
  private readonly columns: Record<PlainFacet, string>;

  constructor(
    private readonly database: Database,
    private readonly lists: ProductListsRepository,
    private readonly settings: ProductsSettings,
  ) {
    // By its exact spelling, as the filter compares it.
    const exactly = database.dialect === 'mysql' ? 'p.category COLLATE utf8mb4_bin' : 'p.category';
    const available =
      'SELECT 1 FROM inventory i WHERE i.product_id = p.product_id AND i.stock_quantity > i.reserved_quantity';
    this.columns = {
      category: `${exactly} AS category`,
      price: `${rangeSql('p.price')} AS price`,
      in_stock: `EXISTS (${available}) AS in_stock`,
    };
  }

  /**
   * Each facet is counted under all filters but its own, so that it shows what else could be chosen. A facet for which the
   * time of the list, which began at `since`, does not suffice is empty.
   */
  async count({ collapse, ...filter }: ProductFilter, names: readonly string[], since: number): Promise<Facets> {
    const numbers = collapse ? NUMBERS.one : NUMBERS.all;
    const run = runWithin(this.database, LIST_MS, since);
    const facets: Facets = { values: Object.fromEntries(names.map((name) => [name, []])), exact: true };
    const take = (name: string, { rows, exact }: Counted<CountedRow>) => {
      facets.values[name] = facetValues(name, rows, this.settings.currency);
      facets.exact &&= exact;
    };
    // Facets whose own filter is not set are counted together, unless a group may be counted under several values.
    const isAlone = (name: PlainFacet) => collapse !== undefined || isFiltered(filter, name);
    const together = Map.groupBy(names.filter(isPlain), (name) => (isAlone(name) ? name : 'all'));
    for (const [own, plain] of together) {
      const others = own === 'all' ? filter : withoutOwn(filter, own);
      const { rows, exact } = await this.read<PlainRow>(run, others, this.plain(plain, numbers));
      for (const name of plain)
        take(name, { rows: rows.map((row) => ({ value: row[name], n: Number(row.n) })), exact });
    }
    for (const name of names) {
      const option = optionOf(name);
      if (option === undefined) continue;
      const counted = await this.read<OptionRow>(run, withoutOption(filter, option), ofOption(option, numbers));
      take(name, { ...counted, rows: counted.rows.map(({ value, n }) => ({ value, n: Number(n) })) });
    }
    return facets;
  }

  private plain(names: readonly PlainFacet[], numbers: string): Counting {
    const values = names.join(', ');
    return {
      columns: [...names.map((name) => this.columns[name]), LISTED],
      by: (matching) => `SELECT ${values}, ${numbers} FROM (${matching}) matching GROUP BY ${values}`,
    };
  }

  private async read<Row extends Numbers>(run: Run, filter: ProductFilter, counting: Counting) {
    const none: Counted<Row> = { rows: [], exact: true };
    const { columns, by, params = [] } = counting;
    try {
      const found = await this.lists.matching(filter);
      if (!found) return none;
      const where = found.conditions.map(([sql]) => `(${sql})`).join(' AND ') || '1 = 1';
      const matching = `SELECT ${columns.join(', ')} FROM ${found.table} WHERE ${where} LIMIT ${COUNTED_ROWS + 1}`;
      const rows = await run<Row>(by(matching), [...found.conditions.flatMap(([, each]) => each), ...params]);
      return { rows, exact: rows.reduce((sum, { looked }) => sum + Number(looked), 0) <= COUNTED_ROWS };
    } catch (error) {
      if (isTimedOut(error)) return { ...none, exact: false };
      throw error;
    }
  }
}

/** A product has at most one value of an option; those without one only count for how many were read. */
function ofOption(option: string, numbers: string): Counting {
  const values = 'product_option_values o ON o.product_id = matching.product_id AND o.name_key = ?';
  return {
    columns: ['p.product_id', LISTED],
    by: (matching) =>
      `SELECT MIN(o.value) AS value, ${numbers} FROM (${matching}) matching LEFT JOIN ${values} GROUP BY o.value_key`,
    params: [optionKey(option)],
  };
}

function isFiltered(filter: ProductFilter, name: PlainFacet): boolean {
  return name === 'price'
    ? filter.min_price !== undefined || filter.max_price !== undefined
    : filter[name] !== undefined;
}

/** The filter without the facet's own; `category_id` says where the visitor is, and stays. */
function withoutOwn(filter: ProductFilter, name: PlainFacet): ProductFilter {
  return name === 'price'
    ? { ...filter, min_price: undefined, max_price: undefined }
    : { ...filter, [name]: undefined };
}

function withoutOption(filter: ProductFilter, name: string): ProductFilter {
  const others = Object.entries(filter.option ?? {}).filter(([each]) => optionKey(each) !== optionKey(name));
  return { ...filter, option: Object.fromEntries(others) };
}

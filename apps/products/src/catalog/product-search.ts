import type { Database } from '@app/database';
import type { KnownValues } from '../cache/known-values.js';
import type { Term, Terms } from './search-terms.js';
import { type SearchPlan, WordShares } from './word-shares.js';

export type Condition = [sql: string, params: unknown[]];

/** SQL that finds the products that meet all given terms. */
export interface Finding {
  /** SQL after `products p`. */
  join: string;
  conditions: Condition[];
  /** The share of products that meet the conditions that the optimizer cannot estimate. */
  share: number;
}

const ON_WORDS = 'product_words w ON w.product_id = p.product_id';

/** Translates terms to SQL: looked up in the full-text index, or searched in the words of each product. */
export class ProductSearch {
  private readonly shares: WordShares;

  constructor(
    private readonly database: Database,
    values: KnownValues,
  ) {
    this.shares = new WordShares(database, values);
  }

  async find(groups: readonly Terms[]): Promise<Finding> {
    const { indexed, read, share } = await this.plan(groups);
    const conditions = [...(indexed.length > 0 ? [this.lookedUp(indexed)] : []), ...read.map(occurs)];
    return { join: ` ${this.joinWord(indexed.length > 0)} ${ON_WORDS}`, conditions, share };
  }

  /** FTS5 is fast with common words, too; reading products instead would block the process without a time limit. */
  private plan(groups: readonly Terms[]): Promise<SearchPlan> {
    return this.database.dialect === 'sqlite'
      ? Promise.resolve({ indexed: [...groups], read: [], share: 1 })
      : this.shares.plan(groups);
  }

  /** Excludes products that meet all terms. */
  without(groups: readonly Terms[]): Condition {
    const all = groups.map(occurs);
    return [`NOT (${all.map(([sql]) => sql).join(' AND ')})`, all.flatMap(([, params]) => params)];
  }

  /** Without a lookup, products must be read in the order of the list; MySQL might start with the table of words. */
  private joinWord(isLookedUp: boolean): string {
    return isLookedUp || this.database.dialect === 'sqlite' ? 'JOIN' : 'STRAIGHT_JOIN';
  }

  private lookedUp(groups: readonly Terms[]): Condition {
    const spelled = ({ word, isPrefix }: Term) => (isPrefix ? `${word}*` : word);
    if (this.database.dialect === 'mysql') {
      const all = groups.map((terms) => `+(${terms.map(spelled).join(' ')})`).join(' ');
      return ['MATCH (w.words) AGAINST (? IN BOOLEAN MODE)', [all]];
    }
    const all = groups.map((terms) => `(${terms.map(spelled).join(' OR ')})`).join(' AND ');
    return ['p.product_id IN (SELECT rowid FROM product_word_search WHERE product_word_search MATCH ?)', [all]];
  }
}

/** Finds the terms in the words of each product, where every word is between spaces. */
export function occurs(terms: Terms): Condition {
  const params = terms.map(({ word, isPrefix }) => (isPrefix ? ` ${word}` : ` ${word} `));
  return [`(${terms.map(() => 'INSTR(w.words, ?) > 0').join(' OR ')})`, params];
}

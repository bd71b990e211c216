import type { Database } from '@app/database';
import type { Term, Terms } from './search-terms.js';

const SAMPLE = 400;
/** How common words are changes slowly, and a wrong guess costs time only. */
const LIFETIME_MS = 60_000;
/** A rarer word finds its products by the full-text index fast enough, together with others of its kind. */
const RARE = 0.01;
/** By a more common one the index takes longer than reading products in their order until enough have it. */
const COMMON = 0.05;

/** How a search finds its words. */
export interface SearchPlan {
  /** What to look up in the full-text index. */
  indexed: Terms[];
  /** What to look for in the words of the products that all else leaves. */
  read: Terms[];
  /** The share of those products that has them, as far as that is known. */
  share: number;
}

/** How common words are, known from a few hundred products spread over the catalog. */
export class WordShares {
  private present: { until: number; sample: Promise<Sample> } | undefined;

  constructor(private readonly database: Database) {}

  /**
   * The server neither finds a common word by its full-text index in time nor notices there that its time is over, so
   * only rare words are looked up in it, or the rarest if that one is not common.
   */
  async plan(groups: readonly Terms[]): Promise<SearchPlan> {
    const sample = await this.sample();
    const known = groups.map((terms) => ({ terms, share: sample.share(terms) })).sort((a, b) => a.share - b.share);
    const rare = known.filter(({ share }) => share < RARE);
    const indexed = rare.length > 0 ? rare : known.slice(0, 1).filter(({ share }) => share < COMMON);
    const read = known.slice(indexed.length);
    return {
      indexed: indexed.map(({ terms }) => terms),
      read: read.map(({ terms }) => terms),
      share: read.reduce((product, { share }) => product * share, 1),
    };
  }

  private sample(): Promise<Sample> {
    if (this.present && this.present.until > performance.now()) return this.present.sample;
    const sample = this.load();
    const present = { until: performance.now() + LIFETIME_MS, sample };
    this.present = present;
    sample.catch(() => {
      if (this.present === present) this.present = undefined;
    });
    return sample;
  }

  private async load(): Promise<Sample> {
    const [newest] = await this.database.query<{ id: number | null }>(
      'SELECT MAX(product_id) AS id FROM product_words',
    );
    const last = newest?.id ?? 0;
    const ids = Array.from({ length: SAMPLE }, (_, n) => Math.ceil(((n + Math.random()) * last) / SAMPLE));
    const rows = await this.database.query<{ words: string }>(
      `SELECT words FROM product_words WHERE product_id IN (${ids.map(() => '?').join(', ')})`,
      ids,
    );
    return new Sample(rows.map(({ words }) => words.trim().split(' ')));
  }
}

/** The words of some products, sorted, so that those with one beginning stand together. */
class Sample {
  private readonly words: string[];
  private readonly products = new Map<string, number[]>();

  constructor(private readonly texts: readonly (readonly string[])[]) {
    for (const [product, words] of texts.entries()) {
      for (const word of words) {
        const others = this.products.get(word);
        if (others) others.push(product);
        else this.products.set(word, [product]);
      }
    }
    this.words = [...this.products.keys()].sort();
  }

  /** The share of products that have one of these terms. */
  share(terms: Terms): number {
    const found = new Set<number>();
    for (const term of terms) {
      for (const word of this.matching(term)) for (const product of this.products.get(word) ?? []) found.add(product);
    }
    return this.texts.length === 0 ? 0 : found.size / this.texts.length;
  }

  private matching({ word, isPrefix }: Term): readonly string[] {
    if (!isPrefix) return [word];
    const from = this.firstFrom(word);
    let to = from;
    while (this.words[to]?.startsWith(word)) to++;
    return this.words.slice(from, to);
  }

  /** Where the first word stands that does not come before this one. */
  private firstFrom(word: string): number {
    let [low, high] = [0, this.words.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.words[middle] as string) < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

import { type Database, inList } from '@app/database';
import type { KnownValues } from '../cache/known-values.js';
import type { Term, Terms } from './search-terms.js';

const SAMPLE = 400;
/** Word frequencies change slowly, and a wrong estimate only costs time. */
const LIFETIME_MS = 60_000;
/** Rarer words are looked up in the full-text index, which is fast enough also for several of them. */
const RARE = 0.01;
/** For more common words, reading products in list order until enough match is faster than the index. */
const COMMON = 0.05;

/** How a search looks for its words. */
export interface SearchPlan {
  /** Terms to look up in the full-text index. */
  indexed: Terms[];
  /** Terms to check in the words of the remaining products. */
  read: Terms[];
  /** The estimated share of those products that match. */
  share: number;
}

/**
 * Estimates word frequencies from 400 products spread over the catalog. Processes share a sample, which costs a new one
 * less than reading its own; each keeps it for another minute.
 */
export class WordShares {
  private present: { until: number; sample: Promise<Sample> } | undefined;

  constructor(
    private readonly database: Database,
    private readonly values: KnownValues,
  ) {}

  /**
   * For a common word the server's full-text index is slow and ignores the time limit. So only rare words are looked up
   * in it, or the rarest one unless it is common.
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
    const source = { load: () => this.texts(), isValid: isTexts };
    return new Sample(await this.values.of('word-sample', LIFETIME_MS, source));
  }

  private async texts(): Promise<string[]> {
    const [newest] = await this.database.query<{ id: number | null }>(
      'SELECT MAX(product_id) AS id FROM product_words',
    );
    const last = newest?.id ?? 0;
    const ids = Array.from({ length: SAMPLE }, (_, n) => Math.ceil(((n + Math.random()) * last) / SAMPLE));
    const rows = await this.database.query<{ words: string }>(
      `SELECT words FROM product_words WHERE product_id ${inList(ids)}`,
      ids,
    );
    return rows.map(({ words }) => words.trim());
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

/** The words of some products, sorted, so that words with the same prefix are adjacent. */
class Sample {
  private readonly words: string[];
  private readonly products = new Map<string, number[]>();

  constructor(private readonly texts: readonly string[]) {
    for (const [product, words] of texts.entries()) {
      for (const word of words.split(' ')) {
        const others = this.products.get(word);
        if (others) others.push(product);
        else this.products.set(word, [product]);
      }
    }
    this.words = [...this.products.keys()].sort();
  }

  /** Returns the share of products with at least one of these terms. */
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

  /** Returns the index of the first word that is not smaller than this one. */
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

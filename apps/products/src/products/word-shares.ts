import type { Database } from '@app/database';

const SAMPLE = 400;
/** How common words are changes slowly, and a wrong guess costs time only. */
const LIFETIME_MS = 60_000;
/** A rarer word finds its products by the full-text index fast enough, together with others of its kind. */
const RARE = 0.01;
/** By a more common one the index takes longer than reading products in their order until enough have it. */
const COMMON = 0.05;

/** How a search finds its words. */
export interface SearchPlan {
  /** Words to look up in the full-text index. */
  indexed: string[];
  /** Words to look for in the text of the products that all else leaves. */
  read: string[];
  /** The share of those products that has them, as far as that is known. */
  share: number;
}

/** How common words are, known from a few hundred products spread over the catalog. */
export class WordShares {
  private sample: { until: number; shares: Promise<ReadonlyMap<string, number>> } | undefined;

  constructor(private readonly database: Database) {}

  /**
   * The server neither finds a common word by its full-text index in time nor notices there that its time is over, so
   * only rare words are looked up in it, or the rarest if that one is not common.
   */
  async plan(words: readonly string[]): Promise<SearchPlan> {
    const shares = await this.shares();
    const known = words.map((word) => ({ word, share: shares.get(word) ?? 0 })).sort((a, b) => a.share - b.share);
    const rare = known.filter(({ share }) => share < RARE);
    const indexed = rare.length > 0 ? rare : known.slice(0, 1).filter(({ share }) => share < COMMON);
    const read = known.slice(indexed.length);
    return {
      indexed: indexed.map(({ word }) => word),
      read: read.map(({ word }) => word),
      share: read.reduce((product, { share }) => product * share, 1),
    };
  }

  private shares(): Promise<ReadonlyMap<string, number>> {
    if (this.sample && this.sample.until > performance.now()) return this.sample.shares;
    const shares = this.count();
    const sample = { until: performance.now() + LIFETIME_MS, shares };
    this.sample = sample;
    shares.catch(() => {
      if (this.sample === sample) this.sample = undefined;
    });
    return shares;
  }

  private async count(): Promise<ReadonlyMap<string, number>> {
    const [newest] = await this.database.query<{ id: number | null }>('SELECT MAX(product_id) AS id FROM products');
    const last = newest?.id ?? 0;
    const ids = Array.from({ length: SAMPLE }, (_, n) => Math.ceil(((n + Math.random()) * last) / SAMPLE));
    const rows = await this.database.query<{ search_words: string }>(
      `SELECT search_words FROM products WHERE product_id IN (${ids.map(() => '?').join(', ')})`,
      ids,
    );
    const shares = new Map<string, number>();
    for (const { search_words } of rows) {
      for (const word of search_words.split(' ')) shares.set(word, (shares.get(word) ?? 0) + 1 / rows.length);
    }
    return shares;
  }
}

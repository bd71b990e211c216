import { foldedKey } from './folding.js';
import { indexWords, type Searchable } from './index-words.js';

/** The columns of a product that are derived from its others. */
export interface ProductKeys {
  nameKey: string;
  category: string | null;
  categoryKey: string | null;
  searchWords: string;
}

/** Returns the keys and words by which a product is sorted and found. */
export function productKeys(product: Searchable & { category: string | null }): ProductKeys & { words: string } {
  const { name, category } = product;
  const words = indexWords(product);
  return {
    nameKey: foldedKey(name, 255),
    category: category === null ? null : category.normalize('NFC'),
    categoryKey: category === null ? null : foldedKey(category, 100),
    // Searched by release 0.1.0; removed with its column in the next release.
    searchWords: words.match(/\b[tx]_\w+/g)?.join(' ') ?? '',
    words,
  };
}

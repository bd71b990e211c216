import { foldedKey } from './folding.js';
import { indexWords, type Searchable } from './index-words.js';

/** The columns of a product that are made of its others. */
export interface ProductKeys {
  nameKey: string;
  category: string | null;
  categoryKey: string | null;
  searchWords: string;
}

/** What a product is sorted and found by. */
export function productKeys(product: Searchable & { category: string | null }): ProductKeys & { words: string } {
  const { name, category } = product;
  const words = indexWords(product);
  return {
    nameKey: foldedKey(name, 255),
    category: category === null ? null : category.normalize('NFC'),
    categoryKey: category === null ? null : foldedKey(category, 100),
    // What release 0.1.0 looks for; it goes with its column in the next one.
    searchWords: words.match(/\b[tx]_\w+/g)?.join(' ') ?? '',
    words,
  };
}

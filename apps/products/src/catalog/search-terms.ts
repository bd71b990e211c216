import { type Mark, marked, skuWord } from './index-words.js';
import { singulars } from './plurals.js';
import { otherSpelling, type Word, wordsOf } from './words.js';

/** A word of the index, or all words that begin with it. */
export interface Term {
  word: string;
  isPrefix: boolean;
}

/** Alternatives: one of the terms must occur. */
export type Terms = readonly Term[];

/** A word of a query, with the spellings that a text may have. */
interface QueryWord extends Word {
  /** With umlauts spelled out, if that differs. */
  spelled: string | undefined;
  /** Joined with the word before it, since a text may write both as one. */
  together: string | undefined;
}

/** More words would only cost time. */
const MAX_WORDS = 10;

/**
 * Returns what a search looks for, most relevant first: the sku; all words in the name; all words in the name as
 * prefixes or as singular or plural; all words anywhere. All terms of a tier must be met; the last tier includes the
 * others. Empty for a search without a word.
 */
export function searchTiers(query: string): Terms[][] {
  const words = queryWords(query);
  if (words.length === 0) return [];
  const sku = /^[A-Za-z0-9._\s-]+$/.test(query) ? skuWord(query) : '';
  return [
    ...(sku === '' ? [] : [[[exact('sku', sku)]]]),
    words.map((word) => [word.isGram ? gram('name', word) : exact('name', word.text)]),
    words.map((word) => broadTerms('name', word)),
    words.map((word) => broadTerms('anywhere', word)),
  ];
}

function broadTerms(mark: 'name' | 'anywhere', word: QueryWord): Term[] {
  if (word.isGram) return [gram(mark, word)];
  const { text, spelled, together } = word;
  const own = [text, ...singulars(text)];
  return [
    ...[text, spelled, together].filter((each) => each !== undefined).map((each) => beginning(mark, each)),
    ...[...own.slice(1), ...(together === undefined ? [] : singulars(together))].map((each) => exact(mark, each)),
    ...(mark === 'name' ? own.map((each) => exact('plural', each)) : []),
    ...own.map((each) => exact('joined', each)),
  ];
}

function queryWords(query: string): QueryWord[] {
  const words = [...wordsOf(query)].filter((word, n, all) => !endsPair(word, all[n - 1])).slice(0, MAX_WORDS);
  const spelled = [...otherSpelling(query)].filter((word, n, all) => !endsPair(word, all[n - 1]));
  return words.map((word, n) => {
    const [before, other] = [words[n - 1], spelled[n]?.text];
    return {
      ...word,
      spelled: other === word.text ? undefined : other,
      together: before && !before.isGram ? before.text + word.text : undefined,
    };
  });
}

/** The last character of a run is also indexed alone; in a query it adds nothing to the pair before it. */
function endsPair({ text, isGram }: Word, before: Word | undefined): boolean {
  return isGram && [...text].length === 1 && before?.isGram === true && [...before.text][1] === text;
}

const exact = (mark: Mark, text: string): Term => ({ word: marked(mark, text), isPrefix: false });
const beginning = (mark: Mark, text: string): Term => ({ word: marked(mark, text), isPrefix: true });

function gram(mark: 'name' | 'anywhere', { text }: Word): Term {
  return [...text].length === 1 ? beginning(mark, text) : exact(mark, text);
}

import { type Mark, marked, skuWord } from './index-words.js';
import { singulars } from './plurals.js';
import { otherSpelling, type Word, wordsOf } from './words.js';

/** A word of the index, or all that begin with it. */
export interface Term {
  word: string;
  isPrefix: boolean;
}

/** Terms of which one must occur. */
export type Terms = readonly Term[];

/** A word of a query, as a text may write it. */
interface Asked extends Word {
  /** With its umlauts spelled out, if that differs. */
  spelled: string | undefined;
  /** Together with the word before it: a text may write the two as one. */
  together: string | undefined;
}

/** More words than these would only cost time. */
const MAX_WORDS = 10;

/**
 * What a search looks for, from the most relevant to all that it finds: the sku; all its words in the name; all of them
 * in the name as beginnings or in another number; all of them anywhere. Each is a list of terms that must all be met.
 * Empty for a search without a word.
 */
export function searchTiers(query: string): Terms[][] {
  const asked = askedWords(query);
  if (asked.length === 0) return [];
  const sku = /^[A-Za-z0-9._\s-]+$/.test(query) ? skuWord(query) : '';
  return [
    ...(sku === '' ? [] : [[[exact('sku', sku)]]]),
    asked.map((word) => [word.isGram ? gram('name', word) : exact('name', word.text)]),
    asked.map((word) => wide('name', word)),
    asked.map((word) => wide('anywhere', word)),
  ];
}

function wide(mark: 'name' | 'anywhere', word: Asked): Term[] {
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

function askedWords(query: string): Asked[] {
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

/** The last character of a run stands alone in the index; in a query it says nothing that the pair before it does not. */
function endsPair({ text, isGram }: Word, before: Word | undefined): boolean {
  return isGram && [...text].length === 1 && before?.isGram === true && [...before.text][1] === text;
}

const exact = (mark: Mark, text: string): Term => ({ word: marked(mark, text), isPrefix: false });
const beginning = (mark: Mark, text: string): Term => ({ word: marked(mark, text), isPrefix: true });

function gram(mark: 'name' | 'anywhere', { text }: Word): Term {
  return [...text].length === 1 ? beginning(mark, text) : exact(mark, text);
}

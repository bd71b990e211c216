import { singulars } from './plurals.js';
import { otherSpelling, type Word, wordsOf } from './words.js';

/**
 * The meaning of a word in the index: it occurs, it occurs in the name, its plural occurs in the name, two adjacent
 * words in the name form it, it is the sku.
 */
export type Mark = 'anywhere' | 'name' | 'plural' | 'joined' | 'sku';

export interface Searchable {
  sku: string;
  name: string;
  description: string | null;
}

const MARKS: Record<Mark, [plain: string, other: string]> = {
  anywhere: ['t', 'x'],
  name: ['n', 'm'],
  plural: ['p', 'q'],
  joined: ['j', 'h'],
  sku: ['k', 'k'],
};
/** InnoDB does not index longer words. */
const MAX_WORD_LENGTH = 80;
/** With their spaces they fit a TEXT of 64 kB. */
const MAX_WORDS = 750;

/**
 * Returns a word of the index: its mark and its letters, or its UTF-8 bytes in hex if it is not plain ASCII. It is
 * never a stopword, too short, too long, or an operator of MySQL's or FTS5's query language, and equal on all engines.
 */
export function marked(mark: Mark, word: string): string {
  const [plain, other] = MARKS[mark];
  const isPlain = /^[a-z0-9]+$/.test(word);
  const spelled = isPlain ? `${plain}_${word}` : `${other}_${Buffer.from(word, 'utf8').toString('hex')}`;
  return spelled.slice(0, MAX_WORD_LENGTH);
}

/** Returns the sku in lower case without separators. */
export function skuWord(sku: string): string {
  return sku.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** Returns the words that find a product, the most important first, each between spaces. */
export function indexWords({ sku, name, description }: Searchable): string {
  const found = new Set<string>();
  for (const word of productWords({ sku, name, description })) {
    if (found.size >= MAX_WORDS) break;
    found.add(word);
  }
  return ` ${[...found].join(' ')} `;
}

function* productWords({ sku, name, description }: Searchable): Generator<string> {
  if (skuWord(sku) !== '') yield marked('sku', skuWord(sku));
  yield* nameWords(wordsOf(name));
  yield* nameWords(otherSpelling(name));
  yield* textWords(wordsOf(sku));
  yield* joinedNeighbours([...wordsOf(name)]);
  if (description === null) return;
  yield* textWords(wordsOf(description));
  yield* textWords(otherSpelling(description));
}

function* nameWords(words: Iterable<Word>): Generator<string> {
  for (const { text, singular } of forms(words)) {
    yield marked('name', text);
    yield marked('anywhere', text);
    for (const each of singular) {
      yield marked('plural', each);
      yield marked('anywhere', each);
    }
  }
}

function* textWords(words: Iterable<Word>): Generator<string> {
  for (const { text, singular } of forms(words)) {
    for (const each of [text, ...singular]) yield marked('anywhere', each);
  }
}

/** Yields each word, and each word joined with the rest of its compound, both with their possible singulars. */
function* forms(words: Iterable<Word>): Generator<{ text: string; singular: string[] }> {
  let compound: string[] = [];
  for (const { text, isGram, isJoined } of words) {
    yield { text, singular: isGram ? [] : singulars(text) };
    compound.push(text);
    if (isJoined) continue;
    // From each word to the end of the compound; shorter joins are prefixes of these.
    for (let from = 0; from < compound.length - 1; from++) {
      const joined = compound.slice(from).join('');
      yield { text: joined, singular: singulars(joined) };
    }
    compound = [];
  }
}

/** `USB C` is found by `usbc` but not by `usb` + part of the next word: such a prefix is no word. */
function* joinedNeighbours(words: readonly Word[]): Generator<string> {
  for (const [index, { text, isGram, isJoined }] of words.entries()) {
    const next = words[index + 1];
    if (next && !isGram && !next.isGram && !isJoined) yield marked('joined', text + next.text);
  }
}

import { fold, spelledOut } from './folding.js';

/** A folded word of a text. */
export interface Word {
  text: string;
  /** Two adjacent characters of a script without spaces, or its last character. */
  isGram: boolean;
  /** Another word of the same compound follows, as in `t-shirt`. */
  isJoined: boolean;
}

const COMPOUND = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:[-\u2010-\u2013.'’_/+&][\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*/gu;
const PART = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
const UNSPACED =
  '\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{scx=Hangul}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmer}\\p{scx=Myanmar}';
const RUN = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, 'gu');
const IS_UNSPACED = new RegExp(`^[${UNSPACED}]`, 'u');

/** Yields the words of a text in order. */
export function* wordsOf(text: string): Generator<Word> {
  for (const [compound] of fold(text).matchAll(COMPOUND)) {
    const parts = [...compound.matchAll(PART)].flatMap(([part]) => part.match(RUN) ?? []);
    for (const [index, part] of parts.entries()) {
      if (IS_UNSPACED.test(part)) yield* gramsOf(part);
      else yield { text: part, isGram: false, isJoined: parts[index + 1]?.match(IS_UNSPACED) === null };
    }
  }
}

/** As `wordsOf`, with umlauts spelled out; yields nothing for a text without umlauts. */
export function* otherSpelling(text: string): Generator<Word> {
  const spelled = spelledOut(text);
  if (spelled !== undefined) yield* wordsOf(spelled);
}

function* gramsOf(run: string): Generator<Word> {
  const characters = [...run];
  for (const [index, character] of characters.entries()) {
    yield { text: character + (characters[index + 1] ?? ''), isGram: true, isJoined: false };
  }
}

/** Letters that Unicode does not take apart, as people write them who do not have them. */
const PLAIN: Record<string, string> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ŧ: 't',
  ŋ: 'n',
  // At the end of a Greek word; a prefix ends earlier.
  ς: 'σ',
};
const PLAIN_LETTERS = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/** Marks that do not make another letter: accents, and the vowels of Arabic and Hebrew. */
const ACCENTS = /(?<=[\p{Script=Latin}\p{Script=Greek}\p{N}])\p{M}+/gu;
const CYRILLIC_ACCENTS = /(\p{Script=Cyrillic})\p{M}+/gu;
const VOWEL_SIGNS = /[\u0591-\u05c7\u064b-\u065f\u0670]|\u0640/gu;
/** Cyrillic letters of their own that Unicode takes apart. */
const CYRILLIC_LETTERS = new Set(['й', 'ї', 'ў', 'ѓ', 'ќ'].map((letter) => letter.normalize('NFD')));

/**
 * Lower case without accents, so that `Café` is found by `cafe` and sorts beside it. Marks stay where they make another
 * letter (ハ is not パ, и is not й), composed, however they were typed.
 */
export function fold(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(/\p{Cf}/gu, '')
      .replace(ACCENTS, '')
      .replace(CYRILLIC_ACCENTS, (letter, base: string) => (CYRILLIC_LETTERS.has(letter.toLowerCase()) ? letter : base))
      .replace(VOWEL_SIGNS, '')
      .normalize('NFC')
      // Upper case first: it spells out what lower case keeps, such as the sharp s.
      .toUpperCase()
      .toLowerCase()
      .replace(PLAIN_LETTERS, (letter) => PLAIN[letter] ?? letter)
  );
}

/** A folded text cut to the length of its column, never through a surrogate pair. */
export function foldedKey(text: string, length: number): string {
  return [...fold(text)].slice(0, length).join('');
}

const SPELLED_OUT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };
const UMLAUTS = /[äöüøå]/gu;

/** The text with umlauts as Germans and Scandinavians write them without: `Käse` as `kaese`. Undefined when it has none. */
export function spelledOut(text: string): string | undefined {
  const lower = text.normalize('NFC').toLowerCase();
  const spelled = lower.replace(UMLAUTS, (letter) => SPELLED_OUT[letter] ?? letter);
  return spelled === lower ? undefined : spelled;
}

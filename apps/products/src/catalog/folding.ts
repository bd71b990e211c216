/** Plain spellings of letters that Unicode does not decompose. */
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
  // Only at the end of a Greek word; a prefix may end before it.
  ς: 'σ',
};
const PLAIN_LETTERS = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu');

/** Marks that do not form another letter: accents, and the vowel signs of Arabic and Hebrew. */
const ACCENTS = /(?<=[\p{Script=Latin}\p{Script=Greek}\p{N}])\p{M}+/gu;
const CYRILLIC_ACCENTS = /(\p{Script=Cyrillic})\p{M}+/gu;
const VOWEL_SIGNS = /[\u0591-\u05c7\u064b-\u065f\u0670]|\u0640/gu;
/** Separate Cyrillic letters that Unicode decomposes. */
const CYRILLIC_LETTERS = new Set(['й', 'ї', 'ў', 'ѓ', 'ќ'].map((letter) => letter.normalize('NFD')));

/**
 * Returns lower case without accents, so that `Café` is found by `cafe` and sorts next to it. Marks that form another
 * letter stay (ハ is not パ, и is not й), always composed.
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
      // Upper case first: it expands letters such as the sharp s.
      .toUpperCase()
      .toLowerCase()
      .replace(PLAIN_LETTERS, (letter) => PLAIN[letter] ?? letter)
  );
}

/** Returns the folded text cut to its column's length, never inside a surrogate pair. */
export function foldedKey(text: string, length: number): string {
  return [...fold(text)].slice(0, length).join('');
}

const SPELLED_OUT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' };
const UMLAUTS = /[äöüøå]/gu;

/** Returns the text with umlauts spelled out, as in German or Danish: `Käse` as `kaese`. Undefined without any. */
export function spelledOut(text: string): string | undefined {
  const lower = text.normalize('NFC').toLowerCase();
  const spelled = lower.replace(UMLAUTS, (letter) => SPELLED_OUT[letter] ?? letter);
  return spelled === lower ? undefined : spelled;
}

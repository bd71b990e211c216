import type { Draft } from './request.js';

/** The amount and the variant of a trick in a request. */
export interface Dose {
  amount: number;
  /** Chooses among a trick's variants; any whole number. */
  variant: number;
  /** Differs from request to request, so that no cache helps. */
  n: number;
}

/** Something that may make a request more costly. */
export interface Trick {
  /** The largest useful amount. */
  most: number;
  words(amount: number, variant: number): string;
  apply(draft: Draft, dose: Dose): void;
}

/** Units of a text; each is costly for code that folds, measures, splits, escapes or compares texts. */
const TEXTS: readonly [unit: string, words: string][] = [
  ['a', 'a'],
  ['😀', '😀'],
  ['ﷺ', 'ﷺ'],
  ['e\u0301', 'letters with a mark each'],
  ['\u0345', 'marks alone'],
  ['漢', '漢'],
  ['İ', 'İ'],
  ['a-', 'parts of one word'],
  ['a b c d e f g h i j k l m n o p q r s t u v w x y z ', 'words of one letter'],
  ['"\\', 'what JSON escapes'],
  ['1', 'digits'],
  [' ', 'white space'],
  ['.', 'dots'],
];

/** `amount` characters of one kind; the last ones differ with `n`. */
export function textOf({ amount, variant, n }: Dose): string {
  const [unit] = pick(TEXTS, variant);
  const text = [...unit.repeat(Math.ceil(amount / [...unit].length))].slice(0, amount);
  const different = ` ${n.toString(36)}`;
  return amount <= different.length ? text.join('') : text.slice(0, -different.length).join('') + different;
}

export const kindOfText = (variant: number): string => pick(TEXTS, variant)[1];

export function pick<T>(items: readonly T[], variant: number): T {
  return items[variant % items.length] as T;
}

export const repeat = <T>(count: number, item: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => item(index));

export const many = (count: number): string => count.toLocaleString('en');

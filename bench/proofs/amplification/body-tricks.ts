import { type Document, resolve, type Schema } from '../../../test/e2e/fuzz/document.js';
import type { Compression } from './request.js';
import { kindOfText, many, pick, repeat, textOf, type Trick } from './trick.js';

/** Just below the limits of a body: bytes, values, depth. */
const LONGEST_BODY = 95_000;
const MOST_VALUES = 4_900;
const DEEPEST = 18;

const COMPRESSIONS: readonly Compression[] = ['gzip', 'deflate', 'br'];

const add = (fields: (amount: number, variant: number, n: number) => Record<string, unknown>): Trick['apply'] => {
  return (draft, { amount, variant, n }) => void (draft.fields = { ...draft.fields, ...fields(amount, variant, n) });
};

/** Tricks for the body of any request, even of one that takes none. */
export const BODY_TRICKS: readonly Trick[] = [
  {
    most: MOST_VALUES,
    words: (amount) => `${many(amount)} unknown names in the body`,
    apply: add((amount, _, n) => Object.fromEntries(repeat(amount, (index) => [`x${n + index}`, 1]))),
  },
  {
    most: LONGEST_BODY,
    words: (amount, variant) => `unknown names of ${many(lengthOf(variant))} bytes, ${many(amount)} bytes in all`,
    apply: add((amount, variant, n) => {
      const length = lengthOf(variant);
      return Object.fromEntries(
        repeat(Math.ceil(amount / length), (index) => [`${n + index}`.padEnd(length, '~/'), 1]),
      );
    }),
  },
  {
    most: MOST_VALUES,
    words: (amount, variant) => `an unknown list of ${many(amount)} ${pick(ITEMS, variant)[0]}`,
    apply: add((amount, variant) => ({ x: repeat(amount, () => pick(ITEMS, variant)[1]) })),
  },
  {
    most: 50_000,
    words: (amount) => `a body of ${many(amount)} brackets`,
    apply: (draft, { amount }) => void (draft.text = `${'['.repeat(amount)}${']'.repeat(amount)}`.slice(0, 99_000)),
  },
  {
    most: MOST_VALUES,
    words: (amount, variant) => `${many(amount)} objects, ${1 + (variant % DEEPEST)} deep`,
    apply: add((amount, variant) => ({ x: nested(amount, 1 + (variant % DEEPEST)) })),
  },
  {
    most: 12_000,
    words: (amount) => `one name ${many(amount)} times`,
    apply: (draft, { amount, n }) => void (draft.text = `{${repeat(amount, () => `"a":${n % 10}`).join()}}`),
  },
  {
    most: LONGEST_BODY,
    words: (amount) => `a number of ${many(amount)} digits`,
    apply: (draft, { amount, n }) => void (draft.text = `{"x":${n}.${'7'.repeat(amount)}}`),
  },
  {
    most: LONGEST_BODY,
    words: (amount) => `${many(amount)} bytes of white space`,
    apply: (draft, { amount }) =>
      void (draft.text = `${draft.text ?? JSON.stringify(draft.fields ?? {})}${' '.repeat(amount)}`),
  },
  {
    most: 15_000,
    words: (amount) => `a text of ${many(amount)} escapes`,
    apply: (draft, { amount }) => void (draft.text = `{"x":"${'\\u0061'.repeat(amount)}"}`),
  },
  {
    most: 1,
    words: (_, variant) => `compressed (${pick(COMPRESSIONS, variant)})`,
    apply: (draft, { variant }) => void (draft.compression = pick(COMPRESSIONS, variant)),
  },
  {
    most: LONGEST_BODY,
    words: (amount, variant) => `${many(amount)} bytes in chunks of ${chunkOf(variant)}`,
    apply: (draft, { amount, variant }) => {
      draft.text = (draft.text ?? JSON.stringify(draft.fields ?? {})).padEnd(amount).slice(0, amount);
      draft.chunk = chunkOf(variant);
    },
  },
];

const ITEMS: readonly [words: string, item: unknown][] = [
  ['numbers', 1],
  ['empty objects', {}],
  ['empty lists', []],
  ['texts', 'a text'],
];

const chunkOf = (variant: number): number => pick([1, 1, 2, 16], variant);
const lengthOf = (variant: number): number => pick([20, 200, 2_000, 20_000, 90_000], variant);

function nested(count: number, depth: number): unknown {
  const one = (): unknown => repeat(depth, (index) => index).reduce((inner: unknown) => ({ x: inner }), {});
  return repeat(Math.ceil(count / (depth + 1)), one);
}

/** Costly values for a field, valid or not. */
export function fieldTricks(document: Document, name: string, given: Schema): Trick[] {
  const schema = resolve(document, given);
  if (schema.type === 'array') return [listTrick(document, name, schema), wrongTrick(name)];
  return schema.type === 'string' ? [longTrick(name, schema), wrongTrick(name)] : [wrongTrick(name)];
}

/** As long as allowed, or far longer. */
function longTrick(name: string, { maxLength = 100, format }: Schema): Trick {
  const written = (amount: number, variant: number, n: number) =>
    format === 'email' ? `${n}@${textOf({ amount, variant, n: 0 })}.example` : textOf({ amount, variant, n });
  return {
    most: maxLength,
    words: (amount, variant) => `${name} of ${many(lengthBy(amount, variant))} characters (${kindOfText(variant)})`,
    apply: add((amount, variant, n) => ({ [name]: written(lengthBy(amount, variant), variant, n) })),
  };
}

const lengthBy = (amount: number, variant: number): number => (variant % 5 === 4 ? 20_000 : amount);

/** A value of another type: the service must not read all of it. */
function wrongTrick(name: string): Trick {
  return {
    most: MOST_VALUES,
    words: (amount, variant) => `a list of ${many(amount)} ${pick(ITEMS, variant)[0]} as ${name}`,
    apply: add((amount, variant) => ({ [name]: repeat(amount, () => pick(ITEMS, variant)[1]) })),
  };
}

function listTrick(document: Document, name: string, { items = {} }: Schema): Trick {
  const fields = Object.keys(resolve(document, items).properties ?? {});
  const kinds: [string, (index: number) => unknown][] = [
    ['good ones', (index) => Object.fromEntries(fields.map((field) => [field, 1 + index]))],
    ['with wrong values', () => Object.fromEntries(fields.map((field) => [field, 'wrong']))],
    ['with unknown names', (index) => ({ [`x${index}`]: 1 })],
    ['empty ones', () => ({})],
  ];
  return {
    most: 1_600,
    words: (amount, variant) => `${many(amount)} ${name}, ${pick(kinds, variant)[0]}`,
    apply: add((amount, variant) => ({ [name]: repeat(amount, pick(kinds, variant)[1]) })),
  };
}

import { randomBytes } from 'node:crypto';
import type { Parameter, Schema } from '../../../test/e2e/fuzz/document.js';
import { kindOfText, many, pick, repeat, textOf, type Trick } from './trick.js';

/** Lengths of a URL, a head and a token: the platform refuses longer ones unread. */
const LONGEST_URL = 7_800;
const LONGEST_HEADER = 15_000;
const LONGEST_TOKEN = 3_900;
const LONGEST_PATH_PART = 250;

const HEADERS = [
  ...['if-none-match', 'if-match', 'accept', 'accept-encoding', 'cookie', 'origin', 'x-request-id', 'traceparent'],
  ...['idempotency-key', 'x-forwarded-for', 'content-type', 'content-encoding', 'range', 'expect', 'authorization'],
];
const FILLINGS = ['"a", ', ' ', 'a', ';q=0.1,', 'W/"', '127.0.0.1, '];

/** Tricks for the head of any request. */
export const HEAD_TRICKS: readonly Trick[] = [
  {
    most: 1_500,
    words: (amount) => `${many(amount)} unknown names in the query`,
    apply: (draft, { amount, n }) =>
      void draft.query.push(...repeat(amount, (index) => `${(n + index).toString(36)}=`)),
  },
  {
    most: 1_000,
    words: (amount) => `page ${many(amount)} times in the query`,
    apply: (draft, { amount }) => void draft.query.push(...repeat(amount, () => 'page=1')),
  },
  {
    most: LONGEST_URL,
    words: (amount, variant) => `an unknown name with ${many(amount)} bytes of escapes (${escaped(variant)})`,
    apply: (draft, { amount, variant, n }) => {
      const unit = escaped(variant);
      draft.query.push(`x${n}=${unit.repeat(Math.floor(amount / unit.length))}`);
    },
  },
  {
    most: 1_400,
    words: (amount) => `${many(amount)} headers`,
    apply: (draft, { amount }) =>
      void draft.headers.push(...repeat(amount, (index): [string, string] => [`x${index.toString(36)}`, '1'])),
  },
  {
    most: LONGEST_HEADER,
    words: (amount, variant) =>
      `${pick(HEADERS, variant)} of ${many(amount)} bytes (${JSON.stringify(fillingOf(variant))})`,
    apply: (draft, { amount, variant }) => {
      const filling = fillingOf(variant);
      const value = filling.repeat(Math.ceil(amount / filling.length)).slice(0, amount);
      draft.headers.push([pick(HEADERS, variant), `x${value}x`]);
    },
  },
  {
    most: LONGEST_PATH_PART,
    words: (amount) => `an id of ${many(amount)} digits`,
    apply: (draft, { amount }) => void (draft.path = draft.path.replace(/\/\d+/, `/${'9'.repeat(amount)}`)),
  },
  {
    most: 1,
    words: () => 'another id each time',
    apply: (draft, { n }) => void (draft.path = draft.path.replace(/\/\d+/, `/${1 + (n % 1_000_000)}`)),
  },
];

const escaped = (variant: number): string => pick(['%F0%9F%98%80', '%20', '+', '%2525', '%00'], variant);
const fillingOf = (variant: number): string => pick(FILLINGS, Math.floor(variant / HEADERS.length));

/** Forged tokens; `keyId` is one from the platform's public key set. */
export function tokenTricks(keyId: string): Trick[] {
  const forged: Trick = {
    most: LONGEST_TOKEN,
    words: (amount, variant) =>
      `a forged token of ${many(Math.max(amount, 300))} bytes, of ${isKnown(variant) ? 'a known' : 'an unknown'} key`,
    apply: (draft, { amount, variant, n }) => {
      const kid = isKnown(variant) ? keyId : `unknown-${n}`;
      const header = encoded({ alg: 'ES256', typ: 'at+jwt', kid });
      const claims = {
        sub: '1',
        role: 'admin',
        iss: 'commerce-platform',
        aud: 'commerce-api',
        iat: n,
        exp: 9_999_999_999,
      };
      const room = Math.max(0, Math.floor(((amount - 300) * 3) / 4));
      const payload = encoded({ ...claims, x: 'x'.repeat(room) });
      draft.headers.push(['authorization', `Bearer ${header}.${payload}.${randomBytes(64).toString('base64url')}`]);
    },
  };
  const spaces: Trick = {
    most: LONGEST_HEADER,
    words: (amount) => `a token behind ${many(amount)} spaces`,
    apply: (draft, { amount, n }) => void draft.headers.push(['authorization', `Bearer ${' '.repeat(amount)}${n} x`]),
  };
  return [forged, spaces];
}

const isKnown = (variant: number): boolean => variant % 2 === 0;
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Costly values of a query's own fields: the longest texts and lists, the largest numbers. */
export function queryTrick({ name, schema = {} }: Parameter): Trick {
  const { type, enum: choices, maxLength = 200, maximum = 100 } = schema;
  const set = (value: (amount: number, variant: number, n: number) => string): Trick['apply'] => {
    return ({ query }, { amount, variant, n }) =>
      void query.push(`${name}=${encodeURIComponent(value(amount, variant, n).toWellFormed())}`);
  };
  if (choices)
    return {
      most: 1,
      words: (_, variant) => `${name}=${String(pick(choices, variant))}`,
      apply: set((_, variant) => String(pick(choices, variant))),
    };
  if (type === 'boolean' || type === 'integer')
    return {
      most: type === 'boolean' ? 1 : maximum,
      words: (amount, variant) => `${name}=${type === 'boolean' ? variant % 2 === 0 : amount}`,
      apply: set((amount, variant) => String(type === 'boolean' ? variant % 2 === 0 : amount)),
    };
  if (schema.pattern?.includes(','))
    return {
      most: 100,
      words: (amount) => `${name} with ${many(amount)} ids`,
      apply: set((amount, _, n) => repeat(amount, (index) => 1 + ((n * 100 + index) % 1_000_000)).join()),
    };
  return longText(name, { set, maxLength, schema });
}

function longText(
  name: string,
  {
    set,
    maxLength,
    schema,
  }: {
    set: (value: (amount: number, variant: number, n: number) => string) => Trick['apply'];
    maxLength: number;
    schema: Schema;
  },
): Trick {
  const isNumber = schema.pattern?.includes('\\d') ?? false;
  return {
    most: maxLength,
    words: (amount, variant) => `${name} of ${many(amount)} characters (${isNumber ? 'digits' : kindOfText(variant)})`,
    apply: set((amount, variant, n) => (isNumber ? String(n % 100_000_000) : textOf({ amount, variant, n }))),
  };
}

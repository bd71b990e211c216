import fc from 'fast-check';
import { type Document, resolve, type Schema } from './document.js';

const MAX_TEXT = 300;
const MAX_LIST = 4;

/** Values that have broken programs before. */
const NASTY: unknown[] = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    'null',
    'undefined',
    'NaN',
    'true',
    '\0',
    '\ud800',
    '\u202e',
    '﷽'.repeat(20),
    '{{x}}',
    '${x}',
  ],
  ...[
    "' OR 1=1 --",
    '"; DROP TABLE users; --',
    '<script>',
    '../../etc/passwd',
    '%00',
    '\r\nX: y',
    '_function_f|() => 1',
  ],
  ...['__proto__', 'constructor', 'x'.repeat(10_000), '1e309', '٣', '2026-02-30T00:00:00Z', '9999-12-31T23:59:59.999Z'],
  ...[null, true, false, 0, -0, -1, 1.5, 1e-7, 2 ** 31, 2 ** 53, 1e308, -1e308],
  ...[[], [[]], [null], {}, { a: {} }, { length: 1 }, { toString: 1 }, { $gt: '' }],
];

/** Any JSON value, and values that have broken programs before. */
export const nasty = (): fc.Arbitrary<unknown> => fc.oneof(fc.constantFrom(...NASTY), fc.jsonValue({ maxDepth: 3 }));

/** Values that a schema allows. */
export function valid(document: Document, given: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(document, given);
  const value = allowed(document, schema);
  return schema.nullable === true ? fc.oneof({ weight: 4, arbitrary: value }, fc.constant(null)) : value;
}

/** A valid body, most of the time with something wrong in it. */
export function body(document: Document, given: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(document, given);
  const good = valid(document, schema) as fc.Arbitrary<Record<string, unknown>>;
  const names = Object.keys(schema.properties ?? {});
  const spoiled = fc
    .tuple(good, fc.constantFrom(...names, 'unknown', '__proto__'), nasty())
    .map(([object, name, value]) => Object.fromEntries([...Object.entries(object), [name, value]]));
  const short = fc
    .tuple(good, fc.constantFrom(...(names.length > 0 ? names : [''])))
    .map(([object, gone]) => Object.fromEntries(Object.entries(object).filter(([name]) => name !== gone)));
  return fc.oneof(
    { weight: 10, arbitrary: good },
    { weight: 4, arbitrary: spoiled },
    { weight: 1, arbitrary: short },
    { weight: 1, arbitrary: nasty() },
  );
}

function allowed(document: Document, schema: Schema): fc.Arbitrary<unknown> {
  if (schema.oneOf) return fc.oneof(...schema.oneOf.map((each) => valid(document, each)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer' || schema.type === 'number') return integers(schema);
  if (schema.type === 'array') {
    const minLength = schema.minItems ?? 0;
    const maxLength = Math.max(minLength, Math.min(schema.maxItems ?? MAX_LIST, MAX_LIST));
    return fc.array(valid(document, schema.items ?? {}), { minLength, maxLength });
  }
  if (schema.type === 'string') return texts(schema);
  if (schema.properties) {
    const members = Object.entries(schema.properties).map(([name, member]) => [name, valid(document, member)] as const);
    return fc.record(Object.fromEntries(members), { requiredKeys: schema.required ?? [] });
  }
  return fc.jsonValue({ maxDepth: 2 });
}

/** Often small ones, since these are existing ids; also the bounds. */
function integers({ minimum: min = -1_000, maximum: max = 1_000_000 }: Schema): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min, max: Math.min(max, min + 3) }) },
    fc.integer({ min, max }),
    fc.constantFrom(min, max),
  );
}

function texts({ format, pattern, minLength = 0, maxLength = MAX_TEXT }: Schema): fc.Arbitrary<string> {
  const fits = (text: string): boolean => [...text].length >= minLength && [...text].length <= maxLength;
  if (format === 'email') return fc.uuid().map((id) => `${id.slice(0, 13)}@Example.com`);
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time')
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') })
      .map((date) => date.toISOString());
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter(fits);
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, MAX_TEXT) }).filter(fits);
}

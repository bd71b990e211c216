import fc from 'fast-check';
import { type Document, resolve, type Schema } from './document.js';

/** One character of each kind that a database, a queue, an e-mail or a link treats differently. */
const CHARACTERS = [
  ...['a', ' ', '"', '\\', "'", '&', '<', '%', '+', '=', ',', ';', '{', '\n', '\t', '\r'],
  ...['é', 'e\u0301', '漢', '😀', '👩‍👩‍👧', 'ß', 'İ', 'ﷺ', '\u0345'],
  ...['\u0001', '\u001b', '\u007f', '\u0085', '\u00a0', '\u00ad', '\u200b', '\u200d', '\u202e', '\u2028'],
  ...['\ufeff', '\ufffd', '\ufffe', '\uffff', '\u{10ffff}', '\u{1fffe}', '\ue000'],
];

const LOCAL_PARTS = [
  ...['a', 'A.b', "o'brien", 'a+b', 'a&b=c', '.a', 'a..b', 'x'.repeat(64), 'x'.repeat(65)],
  ...['{x}', 'a%b', 'a!b', '#a', '$a', '=?utf-8?q?a?=', '`a`', '-a', '<a>', '(a)b', 'a,b', 'a;b'],
];
const DOMAINS = [
  ...[
    'example.com',
    'EXAMPLE.com',
    'müller.example',
    'xn--mller-kva.example',
    'example.com.',
    'a-b.example',
    '-a.example',
  ],
  ...[
    'a_b.example',
    '例え.example',
    `${'x'.repeat(63)}.example`,
    `${'x'.repeat(64)}.example`,
    '[127.0.0.1]',
    'localhost',
  ],
  `${`${'y'.repeat(60)}.`.repeat(3)}example`,
];

const MOMENTS = [
  ...['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '1000-01-01T00:00:00Z', '1000-01-01T00:00:00+23:59'],
  ...['1969-12-31T23:59:59.999Z', '2026-02-30T00:00:00Z', '2024-02-29T00:00:00Z', '2026-01-01T24:00:00Z'],
  ...['2016-12-31T23:59:60Z', '2038-01-19T03:14:08Z', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999-00:01'],
  ...['9999-12-31T23:59:59.9999Z', '2026-01-01t00:00:00z', '2026-01-01T00:00:00.123456789+14:00'],
];

/** Values at the bounds of a schema, most of them valid. */
export function border(document: Document, given: Schema): fc.Arbitrary<unknown> {
  const schema = resolve(document, given);
  if (schema.properties) return objects(document, schema.properties);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'integer' || schema.type === 'number') return numbers(schema);
  if (schema.format === 'email') return emails();
  if (schema.format === 'date-time') return moments();
  if (schema.pattern !== undefined) return matching(schema.pattern, schema);
  return texts(schema);
}

/** One part at its bounds, the others as in the document's examples. */
function objects(document: Document, properties: Record<string, Schema>): fc.Arbitrary<unknown> {
  const parts = Object.entries(properties);
  const examples = Object.fromEntries(parts.map(([name, { example }]) => [name, example]));
  return fc.oneof(
    ...parts.map(([name, part]) => border(document, part).map((value) => ({ ...examples, [name]: value }))),
  );
}

function numbers({ minimum: min = -1_000, maximum: max = 1_000_000 }: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(fc.constantFrom<unknown>(min, max, -0, 1e2, min + 0.5), fc.integer({ min, max }));
}

/** Of the maximum length, with one or many different characters. */
function texts({ minLength: min = 0, maxLength: max = 300 }: Schema): fc.Arbitrary<string> {
  const lengths = fc.constantFrom(Math.max(1, min), max, Math.ceil(max / 2));
  const unit = fc.constantFrom(...CHARACTERS);
  const alike = fc.tuple(unit, lengths).map(([character, length]) => cut(character.repeat(length), length));
  const framed = fc
    .tuple(unit, lengths)
    .map(([character, length]) => `a${cut(character.repeat(length), Math.max(0, length - 2))}z`);
  const mixed = fc
    .tuple(fc.array(unit, { minLength: min, maxLength: 400 }), lengths)
    .map(([all, n]) => cut(all.join(''), n));
  const any = fc.string({ unit: 'binary', minLength: min, maxLength: Math.min(max, 300) });
  return fc.oneof({ weight: 2, arbitrary: alike }, { weight: 3, arbitrary: framed }, mixed, any);
}

function matching(pattern: string, { minLength = 0, maxLength = 300 }: Schema): fc.Arbitrary<string> {
  return fc
    .stringMatching(new RegExp(pattern))
    .map((text) => cut(text, maxLength))
    .filter((text) => text.length >= minLength);
}

function emails(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.uuid(), fc.constantFrom(...LOCAL_PARTS), fc.constantFrom(...DOMAINS))
    .map(([id, local, domain]) => `${local}@${id.slice(0, 8)}.${domain}`);
}

function moments(): fc.Arbitrary<string> {
  const range = { noInvalidDate: true, min: new Date('1000-01-02'), max: new Date('9999-12-30') };
  const written = fc
    .tuple(fc.date(range), fc.constantFrom('Z', 'z', '+14:00', '-12:00', '+00:01', '-23:59'))
    .map(([date, zone]) => date.toISOString().replace('Z', zone));
  return fc.oneof(fc.constantFrom(...MOMENTS), written);
}

const cut = (text: string, length: number): string => [...text].slice(0, length).join('');

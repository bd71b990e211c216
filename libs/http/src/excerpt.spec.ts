import type { ArgumentMetadata } from '@nestjs/common';
import { DomainError, type FieldError } from '@app/kernel';
import { ContractPipe } from './contract.pipe.js';
import { IntegerField, TextField } from './fields.js';
import { parseJson } from './json-body.js';
import { ListField, ObjectField } from './list-fields.js';

class LineDto {
  @IntegerField({ min: 1, max: 10 })
  quantity: number;
}

class OrderDto {
  @TextField({ min: 1, max: 20 })
  name: string;

  @ListField(() => LineDto, { min: 1, max: 3 })
  lines: LineDto[];

  @ObjectField(() => LineDto, { optional: true })
  line?: LineDto;
}

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`field${n}`, { n }]));
const good = { name: 'a', lines: [{ quantity: 1 }] };

/** Returns the errors, and how long they blocked the event loop. */
function refusalOf(value: unknown, type: ArgumentMetadata['type'] = 'body'): { errors: FieldError[]; ms: number } {
  const pipe = new ContractPipe();
  const began = process.cpuUsage();
  try {
    pipe.transform(value, { type, metatype: OrderDto });
  } catch (error) {
    const { user, system } = process.cpuUsage(began);
    return { errors: (error as DomainError).errors ?? [], ms: (user + system) / 1_000 };
  }
  throw new Error('It was not refused.');
}
const pointers = ({ errors }: { errors: FieldError[] }) => errors.map(({ pointer, code }) => `${pointer} ${code}`);

describe('invalid values', () => {
  it.each([
    ['in the body', { ...good, ...many(5_000) }],
    ['in each line', { ...good, lines: Array.from({ length: 100 }, () => ({ quantity: 1, ...many(49) })) }],
    ['in a field of its own', { ...good, line: { quantity: 1, ...many(5_000) } }],
    ['below one', { ...good, unknown: many(5_000) }],
    ['below a text', { ...good, name: many(5_000) }],
    ['below a number', { ...good, lines: [{ quantity: many(5_000) }] }],
    ['as lists below a text', { ...good, name: Array.from({ length: 30_000 }, () => []) }],
  ])('are rejected quickly: 5,000 unknown names %s', (_, value) => {
    const refusals = Array.from({ length: 10 }, () => refusalOf(value));
    for (const { errors } of refusals) {
      expect(errors.length).toBeGreaterThan(0);
      expect(errors.length).toBeLessThanOrEqual(50);
    }
    // Without an excerpt it takes 50 ms and more. The fastest run counts: other processes share the caches.
    expect(Math.min(...refusals.map(({ ms }) => ms))).toBeLessThan(15);
  });

  it('repeat only part of a made-up name', () => {
    const [error] = refusalOf({ ...good, ['x'.repeat(50_000)]: 1 }).errors;
    expect(error?.pointer).toBe(`/${'x'.repeat(100)}`);
  });

  it('name the errors of known fields, too, and of each line', () => {
    const value = { ...many(2), name: '', lines: [{ quantity: 1 }, { quantity: 11, x: 1 }], line: [] };
    expect(pointers(refusalOf(value))).toEqual(
      expect.arrayContaining([
        '/field0 unknown-field',
        '/field1 unknown-field',
        '/name text',
        '/lines/1/quantity integer',
      ]),
    );
    expect(pointers(refusalOf({ ...good, lines: Array.from({ length: 900 }, () => ({ quantity: 1 })) }))).toEqual([
      '/lines list',
    ]);
    expect(pointers(refusalOf({ ...good, lines: [{ quantity: 1 }, [1], null] }))).toEqual(['/lines list']);
  });

  it('are not inspected beyond 5,000 values', () => {
    const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
    expect(() => parseJson(bytes(many(2_600)))).toThrow('more than 5000 values');
    expect(() => parseJson(bytes({ a: Array.from({ length: 5_000 }, () => 1) }))).toThrow(DomainError);
    expect(parseJson(bytes({ a: Array.from({ length: 4_999 }, () => 1) }))).toBeDefined();
  });
});

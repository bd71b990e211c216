import { plainToInstance, Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  MaxLength,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { quickInstance } from './quick-rules.js';

class Part {
  @IsInt()
  count: number;

  @IsOptional()
  @IsIn(['a', 'b'])
  kind?: string;
}

class Base {
  @IsInt({ each: true })
  numbers: number[];
}

class Whole extends Base {
  @IsString()
  @MaxLength(3)
  name: string;

  @ValidateIf((_, value) => value !== null)
  @IsString()
  note: string | null;

  @ValidateIf(({ name }: Whole) => name !== 'off')
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts: Part[];

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => Part)
  part?: Part | null;
}

class Sometimes {
  @IsInt({ validateIf: (_, value) => value !== 'any' })
  count: number;
}

class Ruleless {
  name: string;
}

/** Reads with class-transformer and class-validator; undefined when a rule is broken. */
function read(type: new () => object, value: object): object | undefined {
  const made = plainToInstance(type, value);
  const rules = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };
  return validateSync(made, rules).length > 0 ? undefined : made;
}

const junk = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string({ maxLength: 4 }),
  fc.constantFrom(null, [], {}, [{}], true),
);
const part = fc.record({ count: fc.oneof(fc.integer(), junk), kind: fc.oneof(fc.constantFrom('a', 'b'), junk) });
const parts = fc.oneof(fc.array(fc.oneof(part, fc.record({ count: fc.integer() })), { maxLength: 3 }), junk);
const members = {
  name: fc.oneof(fc.constantFrom('on', 'off'), junk),
  note: fc.oneof(fc.constant(null), fc.string(), junk),
  numbers: fc.oneof(fc.array(fc.integer(), { maxLength: 3 }), junk),
  parts,
  part: fc.oneof(part, fc.constant(null), junk),
};
const unknown = fc.record({ other: junk }, { requiredKeys: [] });

describe('reading a contract quickly', () => {
  it('accepts what class-validator accepts, and returns what class-transformer returns', () => {
    const seen = { good: 0, bad: 0 };
    const values = fc.tuple(fc.record(members, { requiredKeys: [] }), unknown);
    fc.assert(
      fc.property(values, ([plain, more]) => {
        const value = { ...plain, ...more };
        const [quick, long] = [quickInstance(Whole, value), read(Whole, value)];
        seen[quick ? 'good' : 'bad']++;
        if (quick) expect([quick, quick.constructor]).toEqual([long, Whole]);
        // Values that no rule checks may also be left to class-validator.
        else if (plain.name !== 'off') expect(long).toBeUndefined();
      }),
      { numRuns: 5_000 },
    );
    expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(20);
  });

  it('creates instances of the nested classes', () => {
    const value = { name: 'on', note: null, numbers: [1], parts: [{ count: 1 }], part: { count: 2 } };
    const { parts, part } = quickInstance(Whole, value) ?? {};
    expect([parts?.[0], part]).toEqual([expect.any(Part), expect.any(Part)]);
    expect([value.parts[0], value.part]).not.toContainEqual(expect.any(Part));
    expect(quickInstance(Whole, { ...value, part: null })).toMatchObject({ part: null });
  });

  it('leaves other kinds of rules, and classes without rules, to class-validator', () => {
    expect(quickInstance(Sometimes, { count: 1 })).toBeUndefined();
    expect(quickInstance(Ruleless, { name: 'x' })).toBeUndefined();
    expect(quickInstance(Part, JSON.parse('{"count":1,"__proto__":{}}') as object)).toBeUndefined();
  });
});

import { plainToInstance } from 'class-transformer';
import { IsOptional, validateSync } from 'class-validator';
import fc from 'fast-check';
import type { ReadingOptions } from './field.js';
import * as fields from './fields.js';
import { ListField, ObjectField, Rule } from './list-fields.js';
import { MoneyField } from './money-field.js';
import { PageQueryDto, SortField } from './paging.js';
import { quickRead } from './quick-read.js';
import { TimeField } from './time-field.js';

class EverythingDto extends PageQueryDto {
  @fields.TextField({ min: 1, max: 4, trim: true })
  text: string;

  @fields.TextField({ min: 1, max: 4, pattern: /^[a-z]+$/, optional: true, nullable: true })
  letters?: string | null;

  @MoneyField({ optional: true, min: 1 })
  price?: number;

  @TimeField({ optional: true })
  at?: Date;

  @fields.EmailField({ optional: true })
  email?: string;

  @fields.BooleanField({ optional: true })
  flag?: boolean;

  @fields.LocaleField({ optional: true })
  locale?: string;

  @SortField(['text', 'price'])
  sort?: string;
}

class ItemDto {
  @fields.IdField()
  id: number;
}

class NestedDto {
  @ListField(() => ItemDto, { max: 2 })
  items: ItemDto[];

  @ObjectField(() => ItemDto, { optional: true, nullable: true })
  item?: ItemDto | null;
}

class RuledDto {
  @fields.IdField({ optional: true })
  @Rule<RuledDto>('even', 'must be even', ({ id }) => (id ?? 0) % 2 === 0)
  id?: number;
}

class LoosenedDto {
  @fields.IdField()
  @IsOptional()
  id?: number;
}

const reading = (isText: boolean) => ({ isText, currency: 'USD' });

/** Reads with class-transformer and class-validator; undefined when a rule is broken. */
function read(type: new () => object, value: object, isText: boolean): object | undefined {
  const dto = plainToInstance(type, value, { reading: reading(isText) } as ReadingOptions);
  const rules = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: false };
  return validateSync(dto, rules).length > 0 ? undefined : dto;
}

describe('a quick read', () => {
  const texts = [
    ' ab ',
    'abc',
    'ABCDE',
    '',
    '\ud800',
    'true',
    '5',
    '1e3',
    '-3',
    '9.99',
    'a@b.example',
    'A@B.EXAMPLE',
    'pt-br',
  ];
  const value = fc.oneof(
    fc.constantFrom<unknown>(...texts, '2026-01-31T12:00:00Z', '2026-13-31T12:00:00Z', '-price', 'name', '\u200b'),
    fc.constantFrom<unknown>(null, true, 0, 1, 20, 101, 1.5, 29.99, [], ['a'], {}),
    fc.string(),
  );
  const names = [
    ...['text', 'letters', 'price', 'at', 'email', 'flag', 'locale'],
    ...['sort', 'page', 'page_size', 'cursor'],
  ];
  const sent = fc.record(Object.fromEntries([...names, 'unknown'].map((name) => [name, value])), {
    requiredKeys: [],
  });
  const good = { text: 'ab', price: '9.99', page: '2', email: 'A@B.EXAMPLE', flag: 'true', at: '2026-01-31T12:00:00Z' };

  it('gives the same as class-transformer and class-validator, and nothing when these find a broken rule', () => {
    const same = (given: object, isText: boolean) =>
      expect(quickRead(EverythingDto, given as Record<string, unknown>, reading(isText))).toEqual(
        read(EverythingDto, given, isText),
      );
    expect(quickRead(EverythingDto, good, reading(true))).toBeInstanceOf(EverythingDto);
    same(good, true);
    fc.assert(fc.property(sent, fc.boolean(), same), { numRuns: 1_000 });
    // One field at a time is wrong, or one is unknown.
    fc.assert(
      fc.property(fc.constantFrom(...names, 'unknown'), value, fc.boolean(), (name, wrong, isText) =>
        same({ text: 'ab', [name]: wrong }, isText),
      ),
      { numRuns: 2_000 },
    );
  });

  it('reads objects and lists of them', () => {
    const item = fc.oneof(
      fc.record({ id: value, unknown: value }, { requiredKeys: [] }),
      fc.constant({ id: 3 }),
      value,
    );
    const nested = fc.record({ items: fc.oneof(fc.array(item, { maxLength: 3 }), value), item }, { requiredKeys: [] });
    const same = (given: object) =>
      expect(quickRead(NestedDto, given as Record<string, unknown>, reading(false))).toEqual(
        read(NestedDto, given, false),
      );
    fc.assert(fc.property(nested, same), { numRuns: 1_000 });
    const dto = quickRead(NestedDto, { items: [{ id: 1 }], item: { id: 2 } }, reading(false)) as NestedDto;
    expect([...dto.items, dto.item].map((each) => each instanceof ItemDto)).toEqual([true, true]);
  });

  it('leaves rules that are not fields to class-validator', () => {
    expect(quickRead(RuledDto, { id: 2 }, reading(false))).toBeUndefined();
    expect(quickRead(LoosenedDto, { id: 2 }, reading(false))).toBeUndefined();
    expect(quickRead(ItemDto, { id: 2 }, reading(false))).toEqual({ id: 2 });
  });
});

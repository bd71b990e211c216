import { ContractPipe } from './contract.pipe.js';
import { TextListField, TextMapField } from './text-fields.js';

const names = { max: 5, pattern: /^[a-z]+$/ };

class Body {
  @TextListField({ min: 1, max: 2, length: 3 })
  list: string[];

  @TextMapField({ max: 2, names, length: 3 })
  map: Record<string, string>;
}

class Query {
  @TextMapField({ max: 2, names, length: 3, prefix: 'map.', optional: true })
  map?: Record<string, string>;
}

const pipe = new ContractPipe();
const asBody = (body: object) => pipe.transform(body, { type: 'body', metatype: Body }) as Body;
const asQuery = (query: object) => pipe.transform(query, { type: 'query', metatype: Query }) as Query;
const good = { list: ['a'], map: { size: 'M' } };

describe('texts in a field', () => {
  it('are trimmed, in a list and by their names', () => {
    const read = asBody({ list: [' a ', 'b'], map: { size: ' M ', fit: 'slm' } });
    expect(read).toEqual({ list: ['a', 'b'], map: { size: 'M', fit: 'slm' } });
  });

  it.each([
    [[]],
    [['a', 'a']],
    [['a', ' a']],
    [['a', 'b', 'c']],
    [['abcd']],
    [[' ']],
    [[7]],
    ['a'],
    [null],
    [{ 0: 'a' }],
  ])('are refused as the list %j', (list) => {
    expect(() => asBody({ ...good, list })).toThrow(/^list must be a list of 1 to 2 different texts/);
  });

  it.each([
    [{}],
    [{ a: '1', b: '2', c: '3' }],
    [{ SIZE: 'M' }],
    [{ longer: 'M' }],
    [{ size: '' }],
    [{ size: 7 }],
    [['M']],
  ])('are refused under the names of %j', (map) => {
    expect(() => asBody({ ...good, map })).toThrow(/^map must be an object of 1 to 2 texts/);
  });

  it('are parameters of their own in a query, and no others', () => {
    expect(asQuery({ 'map.size': 'M', 'map.fit': 'slm' })).toEqual({ map: { size: 'M', fit: 'slm' } });
    expect(asQuery({})).toEqual({});
    for (const query of [
      { map: 'M' },
      { 'map.': 'M' },
      { 'map.SIZE': 'M' },
      { mapsize: 'M' },
      { 'map.size': ['M', 'L'] },
    ])
      expect(() => asQuery(query)).toThrow();
  });
});

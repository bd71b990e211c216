import { parseForm } from './form.js';
import {
  choice,
  currency,
  flag,
  group,
  integer,
  list,
  merge,
  metadata,
  read,
  type Readers,
  required,
  share,
  text,
} from './params.js';

const READERS: Readers = {
  amount: integer(),
  at: integer({ min: 0, max: 10 }),
  confirm: flag,
  currency,
  inner: group({ enabled: required(flag) }),
  metadata,
  name: text,
  part: share,
  reason: choice('duplicate', 'fraudulent'),
  types: list(text),
};

describe('parameters', () => {
  it.each<[string, object]>([
    ['', {}],
    ['amount=5&at=0&confirm=false&currency=jpy', { amount: 5, at: 0, confirm: false, currency: 'jpy' }],
    ['inner[enabled]=true&types[]=a&types[]=b', { inner: { enabled: true }, types: ['a', 'b'] }],
    ['metadata[a]=1&metadata[b]=', { metadata: { a: '1', b: '' } }],
    ['metadata=', { metadata: {} }],
    ['part=0.5&reason=fraudulent&name=x', { part: 0.5, reason: 'fraudulent', name: 'x' }],
  ])('are read: %s', (form, expected) => {
    expect(JSON.parse(JSON.stringify(read(parseForm(form), READERS)))).toEqual(expected);
  });

  it.each<[string, string, string | undefined]>([
    ['amount=1.5', 'amount', 'parameter_invalid_integer'],
    ['amount=0', 'amount', 'parameter_invalid_integer'],
    ['amount=100000000', 'amount', 'parameter_invalid_integer'],
    ['amount=1e3', 'amount', 'parameter_invalid_integer'],
    ['amount[a]=1', 'amount', undefined],
    ['at=11', 'at', 'parameter_invalid_integer'],
    ['name=', 'name', 'parameter_invalid_empty'],
    ['confirm=yes', 'confirm', undefined],
    ['currency=EUR', 'currency', undefined],
    ['inner[x]=1', 'inner[x]', 'parameter_unknown'],
    ['inner[enabled]=', 'inner[enabled]', 'parameter_invalid_empty'],
    ['inner=1', 'inner', undefined],
    ['types=a', 'types', undefined],
    ['part=1.1', 'part', undefined],
    ['reason=mine', 'reason', undefined],
    ['other=1', 'other', 'parameter_unknown'],
    ['__proto__=1', '__proto__', 'parameter_unknown'],
    ['metadata=x', 'metadata', undefined],
    ['metadata[a][b]=x', 'metadata[a]', undefined],
    [`metadata[${'k'.repeat(41)}]=x`, `metadata[${'k'.repeat(41)}]`, undefined],
    [`metadata[a]=${'v'.repeat(501)}`, 'metadata[a]', undefined],
  ])('are refused: %s', (form, param, code) => {
    let refusal: unknown;
    try {
      read(parseForm(form), READERS);
    } catch (error) {
      refusal = error;
    }
    const body = { type: 'invalid_request_error', param, ...(code !== undefined && { code }) };
    expect(refusal).toMatchObject({ status: 400, begun: false, body });
  });

  it('are missing', () => {
    expect(() => read({}, { amount: required(integer()) })).toThrow('Missing required param: amount.');
  });
});

describe('metadata', () => {
  it('is merged, emptied by name and as a whole', () => {
    expect(merge({ a: '1', b: '2' }, undefined)).toEqual({ a: '1', b: '2' });
    expect(merge({ a: '1', b: '2' }, { b: '', c: '3' })).toEqual({ a: '1', c: '3' });
    expect(merge({ a: '1' }, {})).toEqual({});
  });

  it('has at most 50 keys', () => {
    const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
    expect(Object.keys(merge({}, keys(50)))).toHaveLength(50);
    expect(() => merge(keys(50), { another: 'v' })).toThrow('50 keys');
  });
});

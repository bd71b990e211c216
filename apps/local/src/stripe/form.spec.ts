import { canonical, parseForm } from './form.js';

describe('a form', () => {
  it.each([
    ['a=1&b=x+y%26', { a: '1', b: 'x y&' }],
    ['metadata[order_ref]=o1&metadata[b]=', { metadata: { order_ref: 'o1', b: '' } }],
    ['expand[]=a&expand[]=b.c', { expand: { 0: 'a', 1: 'b.c' } }],
    ['expand[0]=a&expand[1]=b', { expand: { 0: 'a', 1: 'b' } }],
    ['a[b][c]=1', { a: { b: { c: '1' } } }],
    ['a=1&a[b]=2', { a: { b: '2' } }],
    ['a[b][c][d][e][f]=1', {}],
    ['', {}],
  ])('is decoded: %s', (text, expected) => {
    expect(JSON.parse(JSON.stringify(parseForm(text)))).toEqual(expected);
  });

  it('pollutes nothing', () => {
    expect(Object.keys(parseForm('__proto__[x]=1&constructor[prototype][x]=1'))).toEqual(['__proto__', 'constructor']);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('is the same in every order, and another with another value', () => {
    expect(canonical('a=1&b=2')).toBe(canonical('b=2&a=1'));
    expect(canonical('a=1&b=2')).not.toBe(canonical('a=1&b=3'));
    expect(canonical('a=1%26b=2')).not.toBe(canonical('a=1&b=2'));
  });
});

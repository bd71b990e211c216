import { foldedKey, queryWords, searchWords } from './search-words.js';

describe('searchWords', () => {
  it('folds case, accents and ligatures', () => {
    expect(searchWords('Crème BRÛLÉE Straße ﬁn')).toEqual(['t_creme', 't_brulee', 't_strasse', 't_fin']);
  });

  it('spells out what is not plain ASCII', () => {
    expect(searchWords('мышь')).toEqual([`x_${Buffer.from('мышь').toString('hex')}`]);
  });

  it('holds nothing but letters, digits and the underscore of its prefix, whatever it is given', () => {
    const hostile = `+a -b "c" (d) ~e* NEAR/2 {f} 'g' h_i \\ % ; -- 😀 \u0000 \ud800 ${'ß'.repeat(300)}`;
    for (const word of searchWords(hostile)) expect(word).toMatch(/^[tx]_[a-z0-9]{1,78}$/);
    expect(searchWords('+-*"()~<>@')).toEqual([]);
  });

  it('names each word once and is bounded', () => {
    expect(searchWords('a A á a')).toEqual(['t_a']);
    const many = Array.from({ length: 2000 }, (_, i) => `word${i}`).join(' ');
    expect(searchWords(many)).toHaveLength(750);
    expect(queryWords(many)).toHaveLength(10);
    // The column is a TEXT of 64 kB.
    const long = Array.from({ length: 2000 }, (_, i) => `${'x'.repeat(90)}${i}`.slice(-85)).join(' ');
    expect(searchWords(long).join(' ').length).toBeLessThan(65_536);
  });
});

describe('foldedKey', () => {
  it('cuts between characters', () => {
    expect(foldedKey('😀😀', 1)).toBe('😀');
    expect(foldedKey('ÄB', 5)).toBe('ab');
  });
});

import { fold, foldedKey } from './folding.js';
import { indexWords } from './index-words.js';
import { singulars } from './plurals.js';
import { searchTiers } from './search-terms.js';

const wordsOf = (name: string, description: string | null = null) =>
  indexWords({ sku: 'S', name, description }).trim().split(' ');
const hex = (text: string) => Buffer.from(text).toString('hex');

describe('fold', () => {
  it.each([
    ['Crème BRÛLÉE Straße ﬁn', 'creme brulee strasse fin'],
    ['Røde Łódź Đà Nẵng Ærø Þór Çığ İzmir', 'rode lodz da nang aero thor cig izmir'],
    ['Ёлка Йод Їжак', 'елка йод їжак'],
    ['ΛΆΜΠΑΣ λάμπας', 'λαμπασ λαμπασ'],
    ['كِتَابٌ أحمر', 'كتاب احمر'],
    ['סֵפֶר', 'ספר'],
    ['ﾊﾟﾊﾟ ｶﾞ', 'パパ ガ'],
    ['ハハ', 'ハハ'],
    ['ガ'.normalize('NFD'), 'ガ'],
    ['เมาส์', 'เมาส์'],
    ['com\u00adputer', 'computer'],
  ])('folds %s to %s', (text, folded) => {
    expect(fold(text)).toBe(folded.normalize('NFC'));
  });

  it('cuts keys between characters', () => {
    expect(foldedKey('😀😀', 1)).toBe('😀');
    expect(foldedKey('ÄB', 5)).toBe('ab');
  });
});

describe('index words', () => {
  it('show where a word occurs, plain or in hex', () => {
    expect(wordsOf('Lamps')).toEqual(['k_s', 'n_lamps', 't_lamps', 'p_lamp', 't_lamp', 't_s']);
    expect(wordsOf('Blue мышь')).toEqual(expect.arrayContaining([`m_${hex('мышь')}`, `x_${hex('мышь')}`]));
    expect(wordsOf('Lamp', 'Blue')).toEqual(expect.arrayContaining(['n_lamp', 't_lamp', 't_blue']));
    expect(wordsOf('Lamp', 'Blue')).not.toContain('n_blue');
  });

  it('join compounds, and adjacent words in the name', () => {
    expect(wordsOf('T-Shirt')).toEqual(expect.arrayContaining(['t_t', 't_shirt', 't_tshirt', 'n_tshirt']));
    expect(wordsOf('USB C cable')).toEqual(expect.arrayContaining(['j_usbc', 'j_ccable']));
    expect(wordsOf('x', 'USB C cable')).not.toContain('j_usbc');
  });

  it('pair the characters of scripts without spaces, next to words of others', () => {
    const words = wordsOf('USB无线鼠标');
    for (const pair of ['无线', '线鼠', '鼠标', '标']) expect(words).toContain(`x_${hex(pair)}`);
    expect(words).toContain('n_usb');
  });

  it('contain only letters, digits and the underscore of their mark, for any input', () => {
    const hostile = `+a -b "c" (d) ~e* NEAR/2 {f} 'g' h_i \\ % ; -- 😀 \u0000 \ud800 1\ufe0f\u20e3 ${'ß'.repeat(300)}`;
    for (const word of wordsOf(hostile, hostile)) expect(word).toMatch(/^[a-z]_[a-z0-9]{1,78}$/);
    expect(searchTiers('+-*"()~<>@')).toEqual([]);
  });

  it('are unique, and fit their column', () => {
    expect(wordsOf('z Z ž').filter((word) => word === 't_z')).toHaveLength(1);
    const long = Array.from({ length: 2000 }, (_, i) => `${i}${'x'.repeat(90)}`).join(' ');
    expect(wordsOf('x', long)).toHaveLength(750);
    expect(indexWords({ sku: 'S', name: 'x', description: long }).length).toBeLessThan(65_536);
    expect(searchTiers(long).at(-1)).toHaveLength(10);
  });
});

describe('singulars', () => {
  it.each([
    ['lamps', 'lamp'],
    ['boxes', 'box'],
    ['batteries', 'battery'],
    ['knives', 'knife'],
    ['mice', 'mouse'],
    ['women', 'woman'],
    ['lampen', 'lampe'],
    ['uhren', 'uhr'],
    ['kochbucher', 'kochbuch'],
    ['gateaux', 'gateau'],
    ['chevaux', 'cheval'],
    ['ratones', 'raton'],
    ['botoes', 'botao'],
    ['libri', 'libro'],
    ['sedie', 'sedia'],
    ['lampor', 'lampa'],
    ['lampy', 'lampa'],
    ['lambalar', 'lamba'],
    ['лампы', 'лампа'],
    ['мыши', 'мышь'],
  ])('of %s: %s', (plural, singular) => {
    expect(singulars(plural)).toContain(singular);
  });

  it.each(['glass', 'status', 'tennis', 'bus', 'usb', 'led'])('of %s: none', (word) => {
    expect(singulars(word)).toEqual([]);
  });
});

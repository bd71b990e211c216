import { facetValues, MAX_VALUES } from './facets.js';

describe('A facet', () => {
  it('shows the most frequent values first, equal ones by name, and sums up rows of the same value', () => {
    const rows = [
      { value: 'Mice', n: 2 },
      { value: null, n: 9 },
      { value: 'Cables', n: 3 },
      { value: 'Mice', n: 4 },
      { value: 'Arms', n: 3 },
    ];
    expect(facetValues('category', rows, 'USD')).toEqual([
      { value: 'Mice', count: 6 },
      { value: 'Arms', count: 3 },
      { value: 'Cables', count: 3 },
    ]);
  });

  it('shows prices by amount, and stock as it is asked for', () => {
    const prices = [
      { value: 5, n: 1 },
      { value: 0, n: 2 },
    ];
    expect(facetValues('price', prices, 'USD')).toEqual([
      { value: '0.00-0.99', count: 2 },
      { value: '25.00-49.99', count: 1 },
    ]);
    const stock = [
      { value: 0, n: 1 },
      { value: 1, n: 2 },
    ];
    expect(facetValues('in_stock', stock, 'USD')).toEqual([
      { value: 'true', count: 2 },
      { value: 'false', count: 1 },
    ]);
  });

  it('shows 50 values at most', () => {
    const rows = Array.from({ length: 60 }, (_, n) => ({ value: `c${n}`, n: n + 1 }));
    const shown = facetValues('option.size', rows, 'USD');
    expect([shown.length, shown[0], shown.at(-1)]).toEqual([
      MAX_VALUES,
      { value: 'c59', count: 60 },
      { value: 'c10', count: 11 },
    ]);
  });
});

import { rowGroups } from './row-groups.js';

describe('rowGroups', () => {
  it('keeps the order, and each group below the limit in bytes', () => {
    const rows = ['漢漢漢', 'a', 'b', '漢'].map((text, id) => [id, text, null]);
    expect([...rowGroups(rows, 40)].map((group) => group.map(([id]) => id))).toEqual([[0], [1, 2], [3]]);
    expect([...rowGroups(rows)]).toEqual([rows]);
    expect([...rowGroups([])]).toEqual([]);
  });

  it('gives a row that exceeds the limit a group of its own', () => {
    expect([...rowGroups([['a'.repeat(100)], ['b'], ['c']], 50)].map((group) => group.length)).toEqual([1, 2]);
  });
});

import { gathering } from './gather.js';

describe('gathering', () => {
  it('passes on together what arrives in one turn, in calls of limited size', async () => {
    const calls: number[][] = [];
    const double = gathering<number, number>(3, (items) => {
      calls.push(items);
      return Promise.resolve(items.map((item) => item * 2));
    });
    expect(await Promise.all([1, 2, 3, 4].map((item) => double(item)))).toEqual([2, 4, 6, 8]);
    expect(await double(5)).toBe(10);
    expect(calls).toEqual([[1, 2, 3], [4], [5]]);
  });

  it('rejects the items of a failed call, and no others', async () => {
    const even = gathering<number, number>(2, (items) =>
      items.includes(1) ? Promise.reject(new Error('odd')) : Promise.resolve(items),
    );
    const outcomes = await Promise.allSettled([1, 2, 4, 6].map((item) => even(item)));
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled']);
  });
});

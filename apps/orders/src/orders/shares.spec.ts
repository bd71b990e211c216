import fc from 'fast-check';
import { anyPartsSumUp } from '../../../../test/support/random-parts.js';
import { lineOf, movePieces } from './line-pieces.js';
import type { LinePieces } from './order-line.entity.js';
import type { Order } from './order.entity.js';
import { shareOf } from './shares.js';

const line = (orderLineId: number, quantity: number, lineTotal: number, taxTotal = 0) => ({
  ...{ orderLineId, quantity, lineTotal, taxTotal },
  ...{ quantityPrepared: 0, quantityShipped: 0, quantityCancelled: 0, quantityReturned: 0 },
});
/** Three pieces of together 100 and one of 50, 21 of tax on both, 7 for shipping. */
const order = (pricesIncludeTax = false) =>
  ({
    pricesIncludeTax,
    orderTotal: pricesIncludeTax ? 157 : 178,
    lines: [line(1, 3, 100, 14), line(2, 1, 50, 7)],
  }) as unknown as Order;
const pieces = (order_item_id: number, quantity: number): LinePieces => ({ order_item_id, quantity });

describe('the share of pieces', () => {
  it('is that of their line, with tax that is added, the odd units with the first pieces', () => {
    const given = order();
    expect([1, 2, 3].map((quantity) => shareOf(given, [pieces(1, quantity)]))).toEqual([38, 76, 114]);
    expect([1, 2, 3].map((quantity) => shareOf(order(true), [pieces(1, quantity)]))).toEqual([34, 67, 100]);
  });

  it('goes on where others ended, cancelled or returned, and shipping is with the last piece of the order', () => {
    const given = order(true);
    const shares = [[pieces(1, 1)], [pieces(2, 1)], [pieces(1, 2)]].map((each, index) => {
      const share = shareOf(given, each);
      movePieces(given, each, { to: index === 1 ? 'quantityReturned' : 'quantityCancelled' });
      return share;
    });
    expect(shares).toEqual([34, 50, 66 + 7]);
    expect(shareOf(order(true), [pieces(1, 3), pieces(2, 1)])).toBe(157);
  });

  it('of nothing is nothing', () => {
    expect(shareOf(order(), [])).toBe(0);
    expect(() => lineOf(order(), 9)).toThrow('has no line 9');
  });

  it('sums up to the total, whatever parts an order is taken apart in', () => {
    fc.assert(anyPartsSumUp(shareOf), { numRuns: 1_000 });
  });

  it('would not, if each share was rounded for itself', () => {
    const rounded = (given: Order, asked: readonly LinePieces[]): number =>
      asked.reduce((sum, { order_item_id, quantity }) => {
        const { lineTotal, quantity: all } = lineOf(given, order_item_id);
        return sum + Math.round((lineTotal * quantity) / all);
      }, 0);
    expect(fc.check(anyPartsSumUp(rounded), { numRuns: 1_000, endOnFailure: true }).failed).toBe(true);
  });
});

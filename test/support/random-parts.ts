import fc from 'fast-check';
import { movePieces } from '../../apps/orders/src/orders/line-pieces.js';
import type { LinePieces } from '../../apps/orders/src/orders/order-line.entity.js';
import type { Order } from '../../apps/orders/src/orders/order.entity.js';

/** An order, and the steps in which all of its pieces are cancelled or come back. */
interface Parted {
  order: Order;
  steps: { pieces: LinePieces[]; as: 'quantityCancelled' | 'quantityReturned' }[];
}

type ShareOf = (order: Order, pieces: readonly LinePieces[]) => number;

const cost = fc.oneof(fc.nat(99), fc.nat(99_999), fc.nat(9_999_999_999));
const line = fc.record({ lineTotal: cost, taxTotal: cost, quantity: fc.integer({ min: 1, max: 12 }) });

const parted: fc.Arbitrary<Parted> = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 8 }),
    shippingTotal: cost,
    taxOnShipping: cost,
    pricesIncludeTax: fc.boolean(),
  })
  .chain(({ lines, shippingTotal, taxOnShipping, pricesIncludeTax }) => {
    const pieces = lines.flatMap(({ quantity }, index) => Array<number>(quantity).fill(index + 1));
    const taxes = sum(lines.map(({ taxTotal }) => taxTotal)) + taxOnShipping;
    const order = {
      pricesIncludeTax,
      orderTotal: sum(lines.map(({ lineTotal }) => lineTotal)) + shippingTotal + (pricesIncludeTax ? 0 : taxes),
      lines: lines.map((each, index) => ({
        ...each,
        ...{
          orderLineId: index + 1,
          quantityPrepared: 0,
          quantityShipped: 0,
          quantityCancelled: 0,
          quantityReturned: 0,
        },
      })),
    } as unknown as Order;
    return fc
      .record({
        shuffled: fc.shuffledSubarray(pieces, { minLength: pieces.length }),
        cuts: fc.uniqueArray(fc.nat(pieces.length)),
        kinds: fc.infiniteStream(fc.constantFrom('quantityCancelled', 'quantityReturned')),
      })
      .map(({ shuffled, cuts, kinds }) => ({
        order,
        steps: cut(shuffled, cuts).map((step) => ({
          pieces: counted(step),
          as: kinds.next().value ?? 'quantityReturned',
        })),
      }));
  });

/** Whatever steps take an order apart, together they give back its total, and each piece about the same. */
export const anyPartsSumUp = (shareOf: ShareOf) =>
  fc.property(parted, ({ order: given, steps }) => {
    const order = structuredClone(given);
    const wrong: string[] = [];
    const shares = steps.map(({ pieces, as }) => {
      const share = shareOf(order, pieces);
      movePieces(order, pieces, { to: as });
      return share;
    });
    if (sum(shares) !== order.orderTotal) wrong.push(`${sum(shares)} of ${order.orderTotal} is given back`);
    if (shares.some((share) => !Number.isSafeInteger(share) || share < 0)) wrong.push('a share is no amount');
    if (wrong.length > 0) throw new Error(`${wrong.join('; ')}.`);
  });

function counted(step: readonly number[]): LinePieces[] {
  const byLine = Map.groupBy(step, (id) => id);
  return [...byLine].map(([order_item_id, each]) => ({ order_item_id, quantity: each.length }));
}

function cut(pieces: readonly number[], cuts: readonly number[]): number[][] {
  const ends = [...cuts, pieces.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => pieces.slice(ends[index - 1] ?? 0, end));
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

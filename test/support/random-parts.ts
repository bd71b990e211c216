import fc from 'fast-check';

/** An order of which a part was paid, and the steps in which all of its pieces are given back. */
export interface Parted {
  /** Minor units. */
  paid: number;
  /** What the lines and, last, shipping cost, in minor units. */
  costs: number[];
  /** Pieces of each line. */
  quantities: number[];
  /** Which line the next piece to be given back is of, in steps: a cancellation, a return, a refund. */
  steps: number[][];
}

type Allocate = (total: number, weights: readonly number[]) => number[];

const cost = fc.oneof(fc.nat(99), fc.nat(99_999), fc.nat(9_999_999_999));
const line = fc.record({ cost, quantity: fc.integer({ min: 1, max: 12 }) });

/** Most orders are paid in full. */
const parted: fc.Arbitrary<Parted> = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 8 }),
    shipping: cost,
    share: fc.oneof({ weight: 3, arbitrary: fc.constant(100) }, fc.nat(100)),
  })
  .chain(({ lines, shipping, share }) => {
    const costs = [...lines.map((each) => each.cost), shipping];
    const pieces = lines.flatMap(({ quantity }, index) => Array<number>(quantity).fill(index));
    return fc
      .record({
        shuffled: fc.shuffledSubarray(pieces, { minLength: pieces.length }),
        cuts: fc.uniqueArray(fc.nat(pieces.length)),
      })
      .map(({ shuffled, cuts }) => ({
        paid: Math.floor((sum(costs) * share) / 100),
        costs,
        quantities: lines.map(({ quantity }) => quantity),
        steps: cut(shuffled, cuts),
      }));
  });

/** Whatever steps give an order back, together they give back what was paid. */
export const anyPartsSumUp = (allocate: Allocate) =>
  fc.property(parted, (order) => {
    const wrong = wrongParts(order, allocate);
    if (wrong.length > 0) throw new Error(`${wrong.join('; ')}.`);
  });

/** A line's share of what was paid is divided among its pieces, in the order in which they come back; shipping is last. */
function wrongParts({ paid, costs, quantities, steps }: Parted, allocate: Allocate): string[] {
  const shares = allocate(paid, costs);
  const left = quantities.map((quantity, index) => allocate(shares[index] ?? 0, Array<number>(quantity).fill(1)));
  const refunds = steps.map((step) => sum(step.map((index) => left[index]?.shift() ?? Number.NaN)));
  refunds.push(shares.at(-1) ?? Number.NaN);
  const wrong: string[] = [];
  if (sum(refunds) !== paid) wrong.push(`${sum(refunds)} of ${paid} is given back`);
  if (refunds.some((refund) => !Number.isSafeInteger(refund) || refund < 0)) wrong.push('a refund is no amount');
  if (costs.some((each, index) => each === 0 && sum(costs) > 0 && shares[index] !== 0))
    wrong.push('what cost nothing is given back');
  return wrong;
}

function cut(pieces: readonly number[], cuts: readonly number[]): number[][] {
  const ends = [...cuts, pieces.length].toSorted((a, b) => a - b);
  return ends.map((end, index) => pieces.slice(ends[index - 1] ?? 0, end));
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

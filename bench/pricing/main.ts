import 'reflect-metadata';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { shareOf } from '../../apps/orders/src/orders/shares.js';
import { quote } from '../../apps/orders/src/pricing/quote.js';
import { addsUp, ignoresOrder, isExact } from '../../test/support/quote-properties.js';
import { anyPartsSumUp } from '../../test/support/random-parts.js';

/** What is proven here: in a process of its own, in which a mutant can replace `quote` and `allocate`. */
const PROPERTIES = {
  'adds-up': addsUp(quote),
  'ignores-order': ignoresOrder(quote),
  'is-exact': isExact(quote),
  parts: anyPartsSumUp(shareOf),
};

export interface PricingOrder {
  property: keyof typeof PROPERTIES;
  runs: number;
  seed: number;
}

export interface PricingVerdict {
  runs: number;
  counterExample: string | undefined;
}

const AT_ONCE = 1_000;

async function check({ property, runs, seed }: PricingOrder): Promise<PricingVerdict> {
  const wanted: fc.IRawProperty<unknown> = PROPERTIES[property];
  for (let done = 0; done < runs; done += AT_ONCE) {
    const numRuns = Math.min(AT_ONCE, runs - done);
    const result = await fc.check<unknown>(wanted, { numRuns, seed: seed + done });
    if (result.failed) return { runs: done + result.numRuns, counterExample: fc.defaultReportMessage(result) };
    process.send?.({ done: done + numRuns });
    await turn();
  }
  return { runs, counterExample: undefined };
}

const verdict = await check(JSON.parse(process.argv[2] ?? '{}') as PricingOrder);
process.send?.({ verdict }, () => process.exit(0));

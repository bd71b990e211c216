import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import type { PricingOrder, PricingVerdict } from '../../pricing/main.js';
import { startChild } from './child.js';
import { exactly, type Figure, none } from './figures.js';
import type { Stage } from './stage.js';

/** `PRICING_SEED` repeats the carts of a run. */
export const pricingSeed = (): number => Number(process.env['PRICING_SEED'] ?? randomInt(2 ** 30));

/** Tries random carts or orders in a process of its own, since a mutant replaces the function there. */
export async function tryAll(stage: Stage, label: string, order: PricingOrder): Promise<Figure[]> {
  const child = startChild({
    program: 'bench/pricing/main.js',
    args: [JSON.stringify(order)],
    preloads: stage.mutants,
    logFile: join(stage.folder, `${order.property}.log`),
  });
  let verdict: PricingVerdict | undefined;
  child.on('message', (message: { done?: number; verdict?: PricingVerdict }) => {
    verdict ??= message.verdict;
    if (message.done !== undefined) stage.progress(`${message.done} ${label}`);
  });
  await once(child, 'exit');
  if (!verdict) throw new Error(`The process ended without a verdict; see ${stage.folder}.`);
  const { runs, counterExample } = verdict;
  if (counterExample !== undefined) process.stderr.write(`${counterExample}\n`);
  return [exactly(label, runs, order.runs), none('wrong', counterExample === undefined ? 0 : 1)];
}

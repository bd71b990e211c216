import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../../model/check.js';
import type { ModelOrder } from '../../model/main.js';
import { startChild } from '../frame/child.js';
import { exactly, type Figure, info, none } from '../frame/figures.js';
import type { Proof } from '../frame/proof.js';
import type { Stage } from '../frame/stage.js';

/**
 * Runs random stories of customers, staff, the payment provider, crashes, redeliveries and jumping clocks on the services
 * and on a small model of them. `MODEL_SEED` repeats a run's stories.
 */
export const model: Proof = {
  name: 'P-model',
  alias: 'model',
  failure: 'stock, orders and money differ from their model',
  mutants: [
    ...['steps-from-any-state', 'settling-by-looking', 'keys-without-claims'],
    ...['no-late-money', 'refunds-elsewhere-ignored'],
  ],
  async run(stage: Stage) {
    const seed = Number(process.env['MODEL_SEED'] ?? randomInt(2 ** 31));
    const embedded = join(stage.folder, 'model');
    mkdirSync(embedded);
    const { url } = stage.servers.freshDatabases();
    const verdicts = await Promise.all([
      play(stage, 'embedded', { runs: stage.amount(2_000, 200), seed, where: embedded }),
      play(stage, stage.servers.database.name, { runs: stage.amount(200, 20), seed, where: url }),
    ]);
    return [...verdicts.flat(), info('seed', seed)];
  },
};

async function play(stage: Stage, name: string, order: ModelOrder): Promise<Figure[]> {
  const child = startChild({
    program: 'bench/model/main.js',
    args: [JSON.stringify(order)],
    preloads: stage.mutants,
    logFile: join(stage.folder, `model-${name}.log`),
  });
  let verdict: Verdict | undefined;
  child.on('message', (message: { done?: number; verdict?: Verdict }) => {
    verdict ??= message.verdict;
    if (message.done !== undefined) stage.progress(`${message.done} runs on ${name}`);
  });
  await once(child, 'exit');
  if (!verdict) throw new Error(`The model's process ended on ${name} without a verdict; see ${stage.folder}.`);
  const { runs, counterExample } = verdict;
  if (counterExample !== undefined) process.stderr.write(`${counterExample}\n`);
  return [exactly(`runs on ${name}`, runs, order.runs), none('disagreements', counterExample === undefined ? 0 : 1)];
}

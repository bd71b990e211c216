import { AuditLog } from '@app/audit';
import { Command, CommandRunner, SubCommand } from 'nest-commander';
import { CacheAdmin, ProductsOperationsModule } from '../../../products/src/operations-app.module.js';
import { GroupCommand } from '../context/group-command.js';
import { noted } from '../context/exit.js';
import { Operator } from '../context/operator.js';
import { Output } from '../context/output.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';

@SubCommand({ name: 'stats', description: 'What the shared cache holds, and how often it had the answer' })
export class CacheStatsCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(): Promise<void> {
    const stats = await new CacheAdmin(await this.place.redisUrl()).stats();
    const asked = stats.hits + stats.misses;
    const hit_rate = asked === 0 ? null : `${((100 * stats.hits) / asked).toFixed(1)} %`;
    await this.output.rows([{ ...stats, hit_rate }], '');
  }
}

@SubCommand({ name: 'clear', description: 'Forget every cached answer; readers ask the database for a moment' })
export class ClearCacheCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(): Promise<void> {
    const [access, redisUrl, currency, operator] = await Promise.all([
      this.place.database('products'),
      this.place.redisUrl(),
      this.place.currency(),
      this.operator.name(),
    ]);
    await runWith(ProductsOperationsModule.forDatabase(access, redisUrl, currency), async (app) => {
      const removed = await app.get(CacheAdmin).clear();
      const states = { before: { keys: removed }, after: { keys: 0 } };
      await noted(`The ${removed} keys are gone`, () =>
        app.get(AuditLog).record({ operator, action: 'cache.clear', target: 'catalog', ...states }),
      );
      await this.output.done(`${removed} keys are gone.`, { removed });
    });
  }
}

@Command({ name: 'cache', description: "The catalog's cache", subCommands: [CacheStatsCommand, ClearCacheCommand] })
export class CacheCommand extends GroupCommand {}

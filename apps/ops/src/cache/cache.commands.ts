import { AuditLog } from '@app/audit';
import { Command, CommandRunner, SubCommand } from 'nest-commander';
import { CacheAdmin, ProductsOperationsModule } from '../../../products/src/operations-app.module.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { Place } from '../context/place.js';
import { printRows } from '../context/print.js';
import { runWith } from '../context/run-with.js';

@SubCommand({ name: 'stats', description: 'What the shared cache holds, and how often it had the answer' })
export class CacheStatsCommand extends CommandRunner {
  constructor(private readonly place: Place) {
    super();
  }

  override async run(): Promise<void> {
    const stats = await new CacheAdmin(await this.place.redisUrl()).stats();
    const asked = stats.hits + stats.misses;
    printRows([{ ...stats, hit_rate: asked === 0 ? null : `${((100 * stats.hits) / asked).toFixed(1)} %` }], '');
  }
}

@SubCommand({ name: 'clear', description: 'Forget every cached answer; readers ask the database for a moment' })
export class ClearCacheCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly operator: Operator,
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
      await app.get(AuditLog).record({ operator, action: 'cache.clear', target: 'catalog', ...states });
      console.log(`${removed} keys are gone.`);
    });
  }
}

@Command({ name: 'cache', description: "The catalog's cache", subCommands: [CacheStatsCommand, ClearCacheCommand] })
export class CacheCommand extends GroupCommand {}

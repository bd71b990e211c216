import { Command, CommandRunner, SubCommand } from 'nest-commander';
import { InventoryAuditService, ProductsOperationsModule } from '../../../products/src/operations-app.module.js';
import { DoneInPart } from '../context/exit.js';
import { GroupCommand } from '../context/group-command.js';
import { Output } from '../context/output.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';

@SubCommand({
  name: 'audit',
  description: 'Rebuild the stock of every product from its movements, and list those that differ from what is stored',
})
export class AuditInventoryCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(): Promise<void> {
    const [access, redisUrl, currency] = await Promise.all([
      this.place.database('products'),
      this.place.redisUrl(),
      this.place.currency(),
    ]);
    const module = ProductsOperationsModule.forDatabase(access, redisUrl, currency);
    const { products, differing, differences } = await runWith(module, (app) => app.get(InventoryAuditService).run());
    await this.output.rows(
      differences,
      `The stock of all ${products} products is what their movements and reservations say.`,
    );
    if (differing > 0)
      throw new DoneInPart(
        `The stock of ${differing} of ${products} products differs from their movements or reservations: read the movements of each, count it, and correct what is wrong.`,
      );
  }
}

@Command({ name: 'inventory', description: 'The stock of products', subCommands: [AuditInventoryCommand] })
export class InventoryCommand extends GroupCommand {}

import { AuditLog } from '@app/audit';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { GroupCommand } from '../context/group-command.js';
import { LIMIT_HELP, LIST, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { Place, SERVICES, serviceNamed } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { ServiceOperationsModule } from '../context/service-operations.module.js';

@SubCommand({
  name: 'list',
  arguments: '<service>',
  argsDescription: { service: SERVICES.join(', ') },
  description: 'Who changed what by hand, the newest first',
})
export class ListAuditCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([name]: string[], { limit = LIST.usual }: { limit?: number }): Promise<void> {
    const service = serviceNamed(name);
    const module = ServiceOperationsModule.forService(service, await this.place.database(service));
    const entries = await runWith(module, (app) => app.get(AuditLog).list(limit));
    const rows = entries.map(({ at, operator, action, target, before, after }) => ({
      at,
      operator,
      action,
      target,
      before,
      after,
    }));
    await this.output.rows(rows, `No operator has changed anything of ${service}.`);
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@Command({ name: 'audit', description: "Operators' changes", subCommands: [ListAuditCommand] })
export class AuditCommand extends GroupCommand {}

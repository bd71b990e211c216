import { AuditLog } from '@app/audit';
import { DomainError } from '@app/kernel';
import { OUTBOX_STATES, OutboxAdmin, type OutboxState } from '@app/outbox';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { LIMIT_HELP, LIST, parseChoice, parseId, parseLimit } from '../context/options.js';
import { Place, type ServiceName, serviceNamed } from '../context/place.js';
import { printRows } from '../context/print.js';
import { runWith } from '../context/run-with.js';
import { ServiceOperationsModule } from '../context/service-operations.module.js';

const ARGUMENTS = { service: 'users, products or orders' };

@SubCommand({
  name: 'list',
  arguments: '<service>',
  argsDescription: ARGUMENTS,
  description: 'Rows that are not published, the newest first',
})
export class ListOutboxCommand extends CommandRunner {
  constructor(private readonly place: Place) {
    super();
  }

  override async run([name]: string[], options: { state?: OutboxState; limit?: number }): Promise<void> {
    const { state = 'waiting', limit = LIST.usual } = options;
    const service = publisherNamed(name);
    const module = ServiceOperationsModule.forService(service, await this.place.database(service));
    const rows = await runWith(module, (app) => app.get(OutboxAdmin).list(state, limit));
    printRows(rows, `No row of the outbox of ${service} is ${state}.`);
  }

  @Option({ flags: '--state <state>', description: `${OUTBOX_STATES.join(', ')} (default waiting)` })
  state(text: string): OutboxState {
    return parseChoice('--state', OUTBOX_STATES, text);
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

abstract class ChangeOutboxCommand extends CommandRunner {
  protected constructor(
    private readonly place: Place,
    private readonly operator: Operator,
  ) {
    super();
  }

  /** One transaction and one line of the audit log per row. */
  protected async change(
    verb: 'retry' | 'park',
    service: ServiceName,
    pick: (admin: OutboxAdmin) => Promise<number[]>,
  ) {
    const operator = await this.operator.name();
    const module = ServiceOperationsModule.forService(service, await this.place.database(service));
    await runWith(module, async (app) => {
      const admin = app.get(OutboxAdmin);
      const ids = await pick(admin);
      for (const id of ids) {
        const who = { operator, action: `outbox.${verb}`, target: `${service}/${id}` };
        const change = await app.get(AuditLog).change(who, async (tx) => {
          const { before, after } = await admin[verb](tx, id);
          return { before, after, result: { before, after } };
        });
        console.log(`Row ${id}: ${change?.before.state}, now ${change?.after.state}.`);
      }
      if (ids.length === 0) console.log(`No row of the outbox of ${service} is parked.`);
    });
  }
}

@SubCommand({
  name: 'retry',
  arguments: '<service> [ids...]',
  argsDescription: ARGUMENTS,
  description: 'Have rows published at the next sweep',
})
export class RetryOutboxCommand extends ChangeOutboxCommand {
  constructor(place: Place, operator: Operator) {
    super(place, operator);
  }

  override async run([name, ...ids]: string[], { parked, limit = LIST.usual }: { parked?: true; limit?: number }) {
    const given = ids.map(parseId);
    if (!parked === (given.length === 0)) {
      throw new DomainError('validation-failed', 'Give the ids of rows, or --parked for those that are parked.');
    }
    const all = async (admin: OutboxAdmin) => (await admin.list('parked', limit)).map(({ id }) => id);
    await this.change('retry', publisherNamed(name), parked ? all : () => Promise.resolve(given));
  }

  @Option({ flags: '--parked', description: 'the parked rows, the newest first' })
  parked(): true {
    return true;
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@SubCommand({
  name: 'park',
  arguments: '<service> <ids...>',
  argsDescription: ARGUMENTS,
  description: 'Put rows aside until they are retried',
})
export class ParkOutboxCommand extends ChangeOutboxCommand {
  constructor(place: Place, operator: Operator) {
    super(place, operator);
  }

  override async run([name, ...ids]: string[]): Promise<void> {
    const given = ids.map(parseId);
    await this.change('park', publisherNamed(name), () => Promise.resolve(given));
  }
}

@Command({
  name: 'outbox',
  description: 'Events on their way out of a service',
  subCommands: [ListOutboxCommand, RetryOutboxCommand, ParkOutboxCommand],
})
export class OutboxCommand extends GroupCommand {}

function publisherNamed(text: string | undefined): ServiceName {
  const service = serviceNamed(text);
  if (service === 'notifier') throw new DomainError('validation-failed', 'The notifier publishes nothing.');
  return service;
}

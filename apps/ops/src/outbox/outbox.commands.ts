import { AuditLog } from '@app/audit';
import type { Tx } from '@app/database';
import { DomainError } from '@app/kernel';
import { OUTBOX_STATES, OutboxAdmin, type OutboxChange, type OutboxState } from '@app/outbox';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { MANIFESTS, type ServiceName, SERVICES } from '../../../manifests.js';
import { GroupCommand } from '../context/group-command.js';
import { DoneInPart, told } from '../context/exit.js';
import { Operator } from '../context/operator.js';
import { LIMIT_HELP, LIST, parseChoice, parseId, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { Place, serviceNamed } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { ServiceOperationsModule } from '../context/service-operations.module.js';

const PUBLISHERS = SERVICES.filter((name) => MANIFESTS[name].publishes);
const ARGUMENTS = { service: PUBLISHERS.join(', ') };

@SubCommand({
  name: 'list',
  arguments: '<service>',
  argsDescription: ARGUMENTS,
  description: 'Rows that are not published, the newest first',
})
export class ListOutboxCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([name]: string[], options: { state?: OutboxState; limit?: number }): Promise<void> {
    const { state = 'waiting', limit = LIST.usual } = options;
    const service = publisherNamed(name);
    const module = ServiceOperationsModule.forService(service, await this.place.database(service));
    const rows = await runWith(module, (app) => app.get(OutboxAdmin).list(state, limit));
    await this.output.rows(rows, `No row of the outbox of ${service} is ${state}.`);
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

/** The result of a command for one row. */
interface Changed {
  id: number;
  before: OutboxState | null;
  after: OutboxState | null;
  /** Why it was not changed. */
  refused: string | null;
}

abstract class ChangeOutboxCommand extends CommandRunner {
  protected constructor(
    private readonly place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  /**
   * Uses one transaction and writes one audit row per row.
   *
   * @throws DoneInPart if some rows are refused, DomainError if all are.
   */
  protected async change(verb: 'retry' | 'park', service: ServiceName, pick: Pick): Promise<void> {
    const operator = await this.operator.name();
    const module = ServiceOperationsModule.forService(service, await this.place.database(service));
    const rows = await runWith(module, async (app) => {
      const [admin, audit] = [app.get(OutboxAdmin), app.get(AuditLog)];
      const rows: Changed[] = [];
      for (const id of await pick(admin)) {
        const who = { operator, action: `outbox.${verb}`, target: `${service}/${id}` };
        rows.push(await changed(id, () => changeRow(audit, who, (tx) => admin[verb](tx, id))));
      }
      return rows;
    });
    await this.output.rows(rows, `No row of the outbox of ${service} is parked.`);
    const refused = rows.flatMap(({ refused }) => refused ?? []);
    if (refused.length === 0) return;
    if (refused.length === rows.length) throw new DomainError('validation-failed', refused.join('\n'));
    throw new DoneInPart(`${refused.length} of ${rows.length} rows are as they were:\n${refused.join('\n')}`);
  }
}

type Pick = (admin: OutboxAdmin) => Promise<number[]>;

function changeRow(
  audit: AuditLog,
  who: { operator: string; action: string; target: string },
  change: (tx: Tx) => Promise<OutboxChange>,
): Promise<OutboxChange | null> {
  return audit.change(who, async (tx) => {
    const result = await change(tx);
    return { before: result.before, after: result.after, result };
  });
}

async function changed(id: number, change: () => Promise<OutboxChange | null>): Promise<Changed> {
  try {
    const done = await change();
    return { id, before: done?.before.state ?? null, after: done?.after.state ?? null, refused: null };
  } catch (error) {
    return { id, before: null, after: null, refused: told(error) };
  }
}

@SubCommand({
  name: 'retry',
  arguments: '<service> [ids...]',
  argsDescription: ARGUMENTS,
  description: 'Have rows published at the next sweep',
})
export class RetryOutboxCommand extends ChangeOutboxCommand {
  constructor(place: Place, operator: Operator, output: Output) {
    super(place, operator, output);
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
  constructor(place: Place, operator: Operator, output: Output) {
    super(place, operator, output);
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
  if (!PUBLISHERS.includes(service))
    throw new DomainError(
      'validation-failed',
      `The ${service} service publishes nothing: name one of ${PUBLISHERS.join(', ')}.`,
    );
  return service;
}

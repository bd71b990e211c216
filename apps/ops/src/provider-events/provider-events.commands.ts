import { DomainError } from '@app/kernel';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import {
  EVENT_OUTCOMES,
  type EventOutcome,
  ProviderEventsAdminService,
} from '../../../payments/src/operations-app.module.js';
import { DoneInPart } from '../context/exit.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { LIMIT_HELP, LIST, parseChoice, parseId, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { Payments } from '../payments/payments.js';

interface Options {
  outcome?: EventOutcome;
  objectRef?: string;
  limit?: number;
}

@SubCommand({ name: 'list', description: 'Stored events of the payment provider, the newest first' })
export class ListProviderEventsCommand extends CommandRunner {
  constructor(
    private readonly payments: Payments,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { outcome, objectRef, limit = LIST.usual }: Options): Promise<void> {
    const events = await this.payments.read((app) =>
      app.get(ProviderEventsAdminService).list({ outcome, objectRef }, limit),
    );
    const rows = events.map((event) => ({
      id: event.id,
      event_ref: event.eventRef,
      type: event.type,
      object_ref: event.objectRef,
      outcome: event.outcome,
      attempts: event.attempts,
      next_try_at: event.nextTryAt,
      received_at: event.receivedAt,
      processed_at: event.processedAt,
    }));
    await this.output.rows(rows, 'There are no such events.');
  }

  @Option({ flags: '--outcome <outcome>', description: EVENT_OUTCOMES.join(', ') })
  outcome(text: string): EventOutcome {
    return parseChoice('--outcome', EVENT_OUTCOMES, text);
  }

  @Option({ flags: '--object-ref <ref>', description: 'those about one payment, by its name at the provider' })
  objectRef(text: string): string {
    return text;
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@SubCommand({
  name: 'replay',
  arguments: '[ids...]',
  description: 'Look after stored events again: the provider is asked for their payments',
})
export class ReplayProviderEventsCommand extends CommandRunner {
  constructor(
    private readonly payments: Payments,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(ids: string[], { outcome, limit = LIST.usual }: Options): Promise<void> {
    const given = ids.map(parseId);
    if ((outcome === undefined) === (given.length === 0))
      throw new DomainError('validation-failed', 'Give the ids of events, or --outcome for the newest of one outcome.');
    const operator = await this.operator.name();
    const rows = await this.payments.run(async (app) => {
      const events = app.get(ProviderEventsAdminService);
      if (outcome === undefined) return events.replay(given, operator);
      const found = await events.list({ outcome, objectRef: undefined }, limit);
      return events.replay(
        found.map(({ id }) => id),
        operator,
      );
    });
    await this.output.rows(rows, 'There are no such events.');
    const waiting = rows.filter(({ after }) => after === 'waiting').length;
    if (waiting > 0)
      throw new DoneInPart(
        `${waiting} of ${rows.length} events wait: the provider did not answer, or nobody knows their payment yet. The service tries them again.`,
      );
  }

  @Option({ flags: '--outcome <outcome>', description: `the newest of one: ${EVENT_OUTCOMES.join(', ')}` })
  outcome(text: string): EventOutcome {
    return parseChoice('--outcome', EVENT_OUTCOMES, text);
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@Command({
  name: 'provider-events',
  description: 'What the payment provider has sent',
  subCommands: [ListProviderEventsCommand, ReplayProviderEventsCommand],
})
export class ProviderEventsCommand extends GroupCommand {}

import { AuditLog } from '@app/audit';
import { redacted } from '@app/events';
import { notFound } from '@app/kernel';
import type { QueuedMessage, Queues } from '@app/messaging';
import type { INestApplicationContext } from '@nestjs/common';
import { SingleBar } from 'cli-progress';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { CONSUMERS, type ServiceName } from '../../../manifests.js';
import { GroupCommand } from '../context/group-command.js';
import { DoneInPart, noted, told } from '../context/exit.js';
import { Operator } from '../context/operator.js';
import { LIMIT_HELP, LIST, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { consumerNamed, Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { ServiceOperationsModule } from '../context/service-operations.module.js';

const ARGUMENTS = { service: CONSUMERS.join(', ') };
const MOST_MOVED = 100_000;
const MAX_SHOWN = 1_000;

interface Redrive {
  queues: Queues;
  queue: string;
  deadLetters: string;
  /** Letters at most. */
  most: number;
  there: number;
  service: ServiceName;
  operator: string;
}

@SubCommand({
  name: 'list',
  arguments: '[service]',
  argsDescription: ARGUMENTS,
  description: 'How many dead letters there are, or some of one service',
})
export class ListDeadLettersCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([name]: string[], { limit = LIST.usual }: { limit?: number }): Promise<void> {
    if (name === undefined) {
      const rows = [];
      for (const service of CONSUMERS) {
        rows.push({ service, ...(await this.place.withQueues(service, (queues, at) => queues.depth(at.deadLetters))) });
      }
      return this.output.rows(rows, '');
    }
    const service = consumerNamed(name);
    const letters = await this.place.withQueues(service, (queues, at) => queues.peek(at.deadLetters, limit));
    const rows = letters.map(({ body, ...letter }) => ({ ...letter, ...summary(body) }));
    await this.output.rows(rows, `There are no dead letters of ${service}.`);
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@SubCommand({
  name: 'show',
  arguments: '<service> <message-id>',
  argsDescription: ARGUMENTS,
  description: 'One dead letter, without tokens and personal data',
})
export class ShowDeadLetterCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([name, id = '']: string[]): Promise<void> {
    const service = consumerNamed(name);
    const letters = await this.place.withQueues(service, (queues, at) => queues.peek(at.deadLetters, MAX_SHOWN));
    const letter = letters.find(({ message_id }) => message_id === id);
    if (!letter) throw notFound(`message ${id} among the dead letters of ${service}`);
    await this.output.value({ ...letter, body: shown(letter) });
  }
}

@SubCommand({
  name: 'redrive',
  arguments: '<service>',
  argsDescription: ARGUMENTS,
  description: 'Move dead letters back to their queue; a letter is deleted only after the queue has taken it',
})
export class RedriveCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(
    [name]: string[],
    { dryRun, limit = MOST_MOVED }: { dryRun?: true; limit?: number },
  ): Promise<void> {
    const service = consumerNamed(name);
    const operator = await this.operator.name();
    const module = ServiceOperationsModule.forService(service, await this.place.database(service));
    await this.place.withQueues(service, async (queues, { queue, deadLetters }) => {
      const { waiting, held } = await queues.depth(deadLetters);
      // Somebody who only looked at one gives it back in a second.
      const there = waiting + held;
      // What dies again meanwhile is not moved again.
      const most = Math.min(limit, there);
      if (dryRun === true) {
        const sentence = `It would move ${most} of ${there} dead letters of ${service}.`;
        return this.output.done(sentence, { service, would_move: most, there });
      }
      const moved =
        most === 0
          ? 0
          : await runWith(module, (app) =>
              this.move(app, { queues, queue, deadLetters, most, there, service, operator }),
            );
      const sentence =
        most === 0
          ? `There are no dead letters of ${service}.`
          : `${moved} dead letters of ${service} are back in their queue.`;
      await this.output.done(sentence, { service, moved, there });
    });
  }

  /** @throws DoneInPart when it stops after some. */
  private async move(app: INestApplicationContext, redrive: Redrive): Promise<number> {
    const { queues, queue, deadLetters, most, there, service, operator } = redrive;
    const bar = new SingleBar({ format: '{bar} {value} of {total}', hideCursor: true, noTTYOutput: true });
    bar.start(most, 0);
    let moved = 0;
    let failure: Error | undefined;
    try {
      await queues.redrive(deadLetters, queue, { limit: most, onMoved: (count) => bar.update((moved = count)) });
    } catch (error) {
      failure = error as Error;
    }
    bar.stop();
    const states = { before: { dead_letters: there }, after: { dead_letters: there - moved, moved } };
    await noted(`${moved} dead letters of ${service} are back in their queue`, () =>
      app.get(AuditLog).record({ operator, action: 'dlq.redrive', target: service, ...states }),
    );
    if (failure === undefined) return moved;
    if (moved === 0) throw failure;
    const sentence = `${moved} of ${most} dead letters of ${service} are back in their queue; run it again for the rest: ${told(failure)}`;
    throw new DoneInPart(sentence, { cause: failure });
  }

  @Option({ flags: '--dry-run', description: 'only count' })
  dryRun(): true {
    return true;
  }

  @Option({
    flags: '--limit <letters>',
    description: `letters at most (default those that are there, at most ${MOST_MOVED})`,
  })
  limit(text: string): number {
    return parseLimit(text, MOST_MOVED);
  }
}

@Command({
  name: 'dlq',
  description: 'Messages that no attempt could handle',
  subCommands: [ListDeadLettersCommand, ShowDeadLetterCommand, RedriveCommand],
})
export class DeadLettersCommand extends GroupCommand {}

function summary(body: string): object {
  const { event_type, event_id, request_id } = parsed(body) ?? {};
  return redacted({ event_type, event_id, request_id }) as object;
}

function shown({ body }: QueuedMessage): unknown {
  return redacted(parsed(body) ?? body.slice(0, 2_000));
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

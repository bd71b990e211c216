import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { EmailsAdminService } from '../../../notifier/src/operations-app.module.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { LIMIT_HELP, LIST, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { Notifier } from '../emails/notifier.js';

@SubCommand({ name: 'list', description: 'Addresses that get no e-mail, as hashes, the newest first' })
export class ListSuppressionsCommand extends CommandRunner {
  constructor(
    private readonly notifier: Notifier,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { limit = LIST.usual }: { limit?: number }): Promise<void> {
    const rows = await this.notifier.run((app) => app.get(EmailsAdminService).suppressions(limit));
    await this.output.rows(rows, 'No address is suppressed.');
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@SubCommand({ name: 'add', arguments: '<address>', description: 'Send nothing to an address any more' })
export class AddSuppressionCommand extends CommandRunner {
  constructor(
    private readonly notifier: Notifier,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([address = '']: string[]): Promise<void> {
    const operator = await this.operator.name();
    const done = await this.notifier.run((app) => app.get(EmailsAdminService).suppress(address, operator));
    const sentence = done ? 'The address gets no e-mail any more.' : 'The address was suppressed before.';
    await this.output.done(sentence, { changed: done });
  }
}

@SubCommand({ name: 'remove', arguments: '<address>', description: 'Send to an address (or the hash of one) again' })
export class RemoveSuppressionCommand extends CommandRunner {
  constructor(
    private readonly notifier: Notifier,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([address = '']: string[]): Promise<void> {
    const operator = await this.operator.name();
    const done = await this.notifier.run((app) => app.get(EmailsAdminService).unsuppress(address, operator));
    const sentence = done ? 'The address gets e-mails again.' : 'The address was not suppressed.';
    await this.output.done(sentence, { changed: done });
  }
}

@Command({
  name: 'suppressions',
  description: 'Addresses that get no e-mail',
  subCommands: [ListSuppressionsCommand, AddSuppressionCommand, RemoveSuppressionCommand],
})
export class SuppressionsCommand extends GroupCommand {}

import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { EMAIL_STATUSES, EmailsAdminService, type EmailStatus } from '../../../notifier/src/operations-app.module.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { LIMIT_HELP, LIST, parseChoice, parseId, parseLimit } from '../context/options.js';
import { Output } from '../context/output.js';
import { Notifier } from './notifier.js';
import { Resending } from './resending.js';

@SubCommand({ name: 'list', description: 'E-mails, the newest first; the ledger holds no addresses' })
export class ListEmailsCommand extends CommandRunner {
  constructor(
    private readonly notifier: Notifier,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], options: { status?: EmailStatus; limit?: number }): Promise<void> {
    const { status, limit = LIST.usual } = options;
    const emails = await this.notifier.run((app) => app.get(EmailsAdminService).list(status, limit));
    const rows = emails.map((email) => ({
      id: email.emailId,
      template: email.template,
      status: email.status,
      order: email.orderId,
      user: email.userId,
      attempts: email.attempts,
      failure: email.failure,
      created_at: email.createdAt,
      request_id: email.requestId,
    }));
    await this.output.rows(rows, 'There are no such e-mails.');
  }

  @Option({ flags: '--status <status>', description: EMAIL_STATUSES.join(', ') })
  status(text: string): EmailStatus {
    return parseChoice('--status', EMAIL_STATUSES, text);
  }

  @Option({ flags: '--limit <rows>', description: LIMIT_HELP })
  limit(text: string): number {
    return parseLimit(text);
  }
}

@SubCommand({ name: 'show', arguments: '<id>', description: "One e-mail's line in the ledger" })
export class ShowEmailCommand extends CommandRunner {
  constructor(
    private readonly notifier: Notifier,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id]: string[]): Promise<void> {
    const email = await this.notifier.run((app) => app.get(EmailsAdminService).get(parseId(id)));
    await this.output.value(email);
  }
}

@SubCommand({ name: 'resend', arguments: '<id>', description: 'Send an e-mail about an order or low stock (again)' })
export class ResendEmailCommand extends CommandRunner {
  constructor(
    private readonly resending: Resending,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([id]: string[]): Promise<void> {
    const emailId = parseId(id);
    const { template } = await this.resending.resend(emailId, await this.operator.name());
    const sentence = `E-mail ${emailId} (${template}) will be sent as soon as the notifier reads its event.`;
    await this.output.done(sentence, { id: emailId, template });
  }
}

@Command({
  name: 'emails',
  description: 'E-mails',
  subCommands: [ListEmailsCommand, ShowEmailCommand, ResendEmailCommand],
})
export class EmailsCommand extends GroupCommand {}

import { AuditLog, pseudonym } from '@app/audit';
import { ConfigurationError } from '@app/config';
import { ContractPipe } from '@app/http';
import { Command, CommandRunner, InquirerService, Option, SubCommand } from 'nest-commander';
import { CreateUserDto, UsersOperationsModule, UsersService } from '../../../users/src/operations-app.module.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { Output } from '../context/output.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { OpsConfig } from '../ops.config.js';

interface Options {
  email: string;
  fullName: string;
}

/** Reads the password from ADMIN_PASSWORD or a prompt: arguments are visible in process lists and shell histories. */
@SubCommand({
  name: 'create-admin',
  description: 'Create an administrator; ADMIN_PASSWORD or a prompt says the password',
})
export class CreateAdminCommand extends CommandRunner {
  constructor(
    private readonly config: OpsConfig,
    private readonly prompt: InquirerService,
    private readonly place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { email, fullName }: Options): Promise<void> {
    const fields = { email, full_name: fullName, password: await this.password() };
    const input = new ContractPipe().transform(fields, { type: 'body', metatype: CreateUserDto }) as CreateUserDto;
    const operator = await this.operator.name();
    const module = UsersOperationsModule.forDatabase(await this.place.database('users'));
    await runWith(module, async (app) => {
      const { userId } = await app.get(UsersService).createAdmin(input, (tx, { userId }) => {
        const after = { user_id: userId, role: 'admin', email: pseudonym(input.email) };
        const action = { operator, action: 'users.create-admin', target: String(userId), before: null, after };
        return app.get(AuditLog).record(action, tx);
      });
      await this.output.done(`User ${userId} is an administrator.`, { user_id: userId });
    });
  }

  @Option({ flags: '--email <address>', description: 'e-mail address of the account', required: true })
  email(address: string): string {
    return address;
  }

  @Option({ flags: '--full-name <name>', description: 'name of the person', defaultValue: 'Administrator' })
  fullName(name: string): string {
    return name;
  }

  private async password(): Promise<string> {
    if (this.config.ADMIN_PASSWORD !== undefined) return this.config.ADMIN_PASSWORD;
    if (!process.stdin.isTTY) throw new ConfigurationError('Set ADMIN_PASSWORD, or run this where it can ask for it.');
    return (await this.prompt.ask<{ password: string }>('password', undefined)).password;
  }
}

@Command({ name: 'users', description: 'Accounts', subCommands: [CreateAdminCommand] })
export class UsersCommand extends GroupCommand {}

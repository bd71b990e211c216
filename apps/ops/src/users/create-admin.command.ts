import { ConfigurationError, serviceDatabaseUrl } from '@app/config';
import { ContractPipe } from '@app/http';
import { NestFactory } from '@nestjs/core';
import { Command, CommandRunner, InquirerService, Option, SubCommand } from 'nest-commander';
import { CreateUserDto, UsersOperationsModule, UsersService } from '../../../users/src/operations-app.module.js';
import { OpsConfig } from '../ops.config.js';

interface Options {
  email: string;
  fullName: string;
}

/** The password comes from ADMIN_PASSWORD or a prompt: arguments show in process lists and shell histories. */
@SubCommand({
  name: 'create-admin',
  description: 'Create an administrator; ADMIN_PASSWORD or a prompt says the password',
})
export class CreateAdminCommand extends CommandRunner {
  constructor(
    private readonly config: OpsConfig,
    private readonly prompt: InquirerService,
  ) {
    super();
  }

  override async run(_: string[], { email, fullName }: Options): Promise<void> {
    const fields = { email, full_name: fullName, password: await this.password() };
    const input = new ContractPipe().transform(fields, { type: 'body', metatype: CreateUserDto }) as CreateUserDto;
    const where = { dataDir: this.config.DATA_DIR, databaseUrl: this.config.DATABASE_URL };
    const module = UsersOperationsModule.forDatabase({ url: serviceDatabaseUrl(where, 'users'), poolSize: 2 });
    const app = await NestFactory.createApplicationContext(module, { logger: ['error'], abortOnError: false });
    try {
      const { userId } = await app.get(UsersService).createAdmin(input);
      console.log(`User ${userId} is an administrator.`);
    } finally {
      await app.close();
    }
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
export class UsersCommand extends CommandRunner {
  override run(): Promise<void> {
    this.command.help();
  }
}

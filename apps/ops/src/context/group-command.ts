import { CommandRunner } from 'nest-commander';

/** A command that only has subcommands. */
export abstract class GroupCommand extends CommandRunner {
  override run([unknown]: string[]): Promise<void> {
    if (unknown === undefined) this.command.help({ error: true });
    this.command.error(`There is no command ${this.command.name()} ${unknown}: see --help.`);
  }
}

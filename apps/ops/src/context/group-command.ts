import { CommandRunner } from 'nest-commander';

/** A command that only has others below it. */
export abstract class GroupCommand extends CommandRunner {
  override run(): Promise<void> {
    this.command.help();
  }
}

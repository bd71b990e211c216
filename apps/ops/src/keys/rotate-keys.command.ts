import { AuditLog } from '@app/audit';
import { parseDuration } from '@app/config';
import { DomainError } from '@app/kernel';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import { rotateKeys } from '../../../users/src/operations-app.module.js';
import { GroupCommand } from '../context/group-command.js';
import { noted } from '../context/exit.js';
import { Operator } from '../context/operator.js';
import { Output } from '../context/output.js';
import { Place } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { ServiceOperationsModule } from '../context/service-operations.module.js';
import { KeySetStore } from './key-set-store.js';

@SubCommand({ name: 'rotate', description: 'Let a new key sign access tokens; no session ends' })
export class RotateKeysCommand extends CommandRunner {
  constructor(
    private readonly store: KeySetStore,
    private readonly place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run(_: string[], { signsAfter }: { signsAfter?: number }): Promise<void> {
    const rotation = await rotateKeys(await this.store.read(), new Date(), signsAfter);
    const operator = await this.operator.name();
    const access = await this.place.database('users');
    await runWith(ServiceOperationsModule.forService('users', access), async (app) => {
      await this.store.write(rotation);
      const { before, after } = rotation.kids;
      const states = { before: { kids: before }, after: { kids: after, signs_from: rotation.signsFrom } };
      await noted(`The key ${rotation.kid} is published`, () =>
        app.get(AuditLog).record({ operator, action: 'keys.rotate', target: 'signing keys', ...states }),
      );
    });
    const { kid, signsFrom, dropped } = rotation;
    const sentences = [
      `The key ${kid} is published, and signs from ${signsFrom.toISOString()}.`,
      ...dropped.map((gone) => `The key ${gone} is gone: its last token has expired.`),
    ];
    await this.output.done(sentences.join('\n'), { kid, signs_from: signsFrom, dropped });
  }

  @Option({
    flags: '--signs-after <duration>',
    description: 'how long the new key is only published (default 2m; at least 40s for keys in a file)',
  })
  signsAfter(text: string): number {
    const ms = parseDuration(text);
    if (!(ms >= 1_000)) throw new DomainError('validation-failed', '--signs-after takes a duration such as 90s or 2m.');
    return Math.ceil(ms / 1_000);
  }
}

@Command({ name: 'keys', description: 'Keys that sign access tokens', subCommands: [RotateKeysCommand] })
export class KeysCommand extends GroupCommand {}

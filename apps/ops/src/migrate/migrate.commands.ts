import { AuditLog } from '@app/audit';
import { listMigrations, migrate, type MigrationState, undoLastMigration } from '@app/database';
import { DomainError } from '@app/kernel';
import { Command, CommandRunner, InquirerService, Option, Question, QuestionSet, SubCommand } from 'nest-commander';
import { databaseOf } from '../../../data-sources.js';
import type { ServiceName } from '../../../manifests.js';
import { DoneInPart, noted, told } from '../context/exit.js';
import { confirm } from '../context/confirm.js';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { Output } from '../context/output.js';
import { Place, SERVICES, serviceNamed } from '../context/place.js';
import { runWith } from '../context/run-with.js';
import { ServiceOperationsModule } from '../context/service-operations.module.js';

@SubCommand({ name: 'status', arguments: '[service]', description: 'Which migrations ran' })
export class MigrationStatusCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([name]: string[]): Promise<void> {
    const rows = [];
    for (const service of name === undefined ? SERVICES : [serviceNamed(name)]) {
      const migrations = await listMigrations(await databaseOf(service, await this.place.databaseToMigrate(service)));
      rows.push(...migrations.map(({ name, ran }) => ({ service, migration: name, state: ran ? 'ran' : 'pending' })));
    }
    await this.output.rows(rows, '');
  }
}

/** A stage is migrated by its deployment, with rights that no service account has. */
function assertLocal({ stage }: Place): void {
  if (stage === 'local') return;
  throw new DomainError(
    'forbidden',
    `A deployment migrates the stage ${stage}; it never goes down. See docs/operations.md.`,
  );
}

function lastRun(migrations: readonly MigrationState[]): string | null {
  return migrations.findLast(({ ran }) => ran)?.name ?? null;
}

@SubCommand({ name: 'up', arguments: '[service]', description: 'Run the pending migrations' })
export class MigrateUpCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
  ) {
    super();
  }

  override async run([name]: string[]): Promise<void> {
    assertLocal(this.place);
    const operator = await this.operator.name();
    const rows: { service: ServiceName; ran: string[] }[] = [];
    for (const service of name === undefined ? SERVICES : [serviceNamed(name)]) {
      try {
        rows.push({ service, ran: await this.migrate(service, operator) });
      } catch (error) {
        if (!rows.some(({ ran }) => ran.length > 0)) throw error;
        throw new DoneInPart(`${rows.map(sentence).join('\n')}\n${service} is unchanged: ${told(error)}`, {
          cause: error,
        });
      }
    }
    await this.output.done(rows.map(sentence).join('\n'), rows);
  }

  /** Returns the names of the migrations that ran. */
  private async migrate(service: ServiceName, operator: string): Promise<string[]> {
    const database = await databaseOf(service, await this.place.databaseToMigrate(service));
    const known = await listMigrations(database);
    const pending = known.filter(({ ran }) => !ran).map(({ name }) => name);
    await migrate(database);
    if (pending.length === 0) return [];
    const states = { before: { last: lastRun(known) }, after: { last: pending.at(-1), ran: pending } };
    await noted(`The ${pending.length} migrations of ${service} ran`, () =>
      runWith(ServiceOperationsModule.forService(service, database), (app) =>
        app.get(AuditLog).record({ operator, action: 'migrate.up', target: service, ...states }),
      ),
    );
    return pending;
  }
}

function sentence({ service, ran }: { service: ServiceName; ran: readonly string[] }): string {
  return `${service}: ${ran.length === 0 ? 'nothing was pending' : `${ran.length} ran`}.`;
}

@SubCommand({
  name: 'down',
  arguments: '<service>',
  description: 'Undo the migration that ran last, and lose what its tables hold; asks before it does',
})
export class MigrateDownCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly operator: Operator,
    private readonly output: Output,
    private readonly prompt: InquirerService,
  ) {
    super();
  }

  override async run([name]: string[], { yes }: { yes?: true } = {}): Promise<void> {
    assertLocal(this.place);
    const service: ServiceName = serviceNamed(name);
    const access = await this.place.databaseToMigrate(service);
    const operator = await this.operator.name();
    const known = await listMigrations(await databaseOf(service, access));
    const last = lastRun(known);
    if (last === null) return this.output.done(`${service}: no migration ran.`, { service, undone: null });
    if (yes !== true) await this.confirm(service, last);
    const states = { before: { last }, after: { last: lastRun(known.filter(({ name }) => name !== last)) } };
    // Recorded first: undoing the migration may drop the audit table.
    await runWith(ServiceOperationsModule.forService(service, access), (app) =>
      app.get(AuditLog).record({ operator, action: 'migrate.down', target: service, ...states }),
    );
    const undone = (await undoLastMigration(await databaseOf(service, access))) ?? null;
    await this.output.done(`${service}: ${undone ?? 'nothing'} is undone.`, { service, undone });
  }

  @Option({ flags: '--yes', description: 'do not ask' })
  yes(): true {
    return true;
  }

  /** @throws DomainError unless the operator confirms */
  private async confirm(service: ServiceName, migration: string): Promise<void> {
    this.output.say(`This undoes ${migration} of ${service}, and loses what its tables hold.`);
    await confirm(this.prompt, 'undo', service);
  }
}

/** Asks for the service's name instead of `y`, which people type by habit. */
@QuestionSet({ name: 'undo' })
export class UndoQuestion {
  @Question({ type: 'input', name: 'undo', message: 'To undo it, type the name of the service:' })
  answer(text: string): string {
    return text;
  }
}

@Command({
  name: 'migrate',
  description: 'Schemas',
  subCommands: [MigrationStatusCommand, MigrateUpCommand, MigrateDownCommand],
})
export class MigrateCommand extends GroupCommand {}

import { AuditLog } from '@app/audit';
import { listMigrations, migrate, type MigrationState, undoLastMigration } from '@app/database';
import { DomainError } from '@app/kernel';
import { Command, CommandRunner, SubCommand } from 'nest-commander';
import { GroupCommand } from '../context/group-command.js';
import { Operator } from '../context/operator.js';
import { Place, SERVICES, type ServiceName, serviceNamed } from '../context/place.js';
import { printRows } from '../context/print.js';
import { runWith } from '../context/run-with.js';
import { DATABASES, ServiceOperationsModule } from '../context/service-operations.module.js';

@SubCommand({ name: 'status', arguments: '[service]', description: 'Which migrations ran' })
export class MigrationStatusCommand extends CommandRunner {
  constructor(private readonly place: Place) {
    super();
  }

  override async run([name]: string[]): Promise<void> {
    const rows = [];
    for (const service of name === undefined ? SERVICES : [serviceNamed(name)]) {
      const migrations = await listMigrations(DATABASES[service](await this.place.database(service)));
      rows.push(...migrations.map(({ name, ran }) => ({ service, migration: name, state: ran ? 'ran' : 'pending' })));
    }
    printRows(rows, '');
  }
}

/** A stage is migrated by its deployment, with rights that no service's user has. */
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
  ) {
    super();
  }

  override async run([name]: string[]): Promise<void> {
    assertLocal(this.place);
    const operator = await this.operator.name();
    for (const service of name === undefined ? SERVICES : [serviceNamed(name)]) {
      const access = await this.place.database(service);
      const known = await listMigrations(DATABASES[service](access));
      const pending = known.filter(({ ran }) => !ran).map(({ name }) => name);
      await migrate(DATABASES[service](access));
      if (pending.length > 0) {
        const states = { before: { last: lastRun(known) }, after: { last: pending.at(-1), ran: pending } };
        await runWith(ServiceOperationsModule.forService(service, access), (app) =>
          app.get(AuditLog).record({ operator, action: 'migrate.up', target: service, ...states }),
        );
      }
      console.log(`${service}: ${pending.length === 0 ? 'nothing was pending' : `${pending.length} ran`}.`);
    }
  }
}

@SubCommand({
  name: 'down',
  arguments: '<service>',
  description: 'Undo the migration that ran last, and lose what it holds',
})
export class MigrateDownCommand extends CommandRunner {
  constructor(
    private readonly place: Place,
    private readonly operator: Operator,
  ) {
    super();
  }

  override async run([name]: string[]): Promise<void> {
    assertLocal(this.place);
    const service: ServiceName = serviceNamed(name);
    // Without running what is pending, which opening the service's database would do.
    const access = { ...(await this.place.database(service)), migrated: 'elsewhere' as const };
    const operator = await this.operator.name();
    const known = await listMigrations(DATABASES[service](access));
    const last = lastRun(known);
    if (last === null) return console.log(`${service}: no migration ran.`);
    const states = { before: { last }, after: { last: lastRun(known.filter(({ name }) => name !== last)) } };
    // Before, because the table of these rows may be what goes.
    await runWith(ServiceOperationsModule.forService(service, access), (app) =>
      app.get(AuditLog).record({ operator, action: 'migrate.down', target: service, ...states }),
    );
    console.log(`${service}: ${(await undoLastMigration(DATABASES[service](access))) ?? 'nothing'} is undone.`);
  }
}

@Command({
  name: 'migrate',
  description: 'Schemas',
  subCommands: [MigrationStatusCommand, MigrateUpCommand, MigrateDownCommand],
})
export class MigrateCommand extends GroupCommand {}

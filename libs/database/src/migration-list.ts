import { MigrationExecutor } from 'typeorm';
import { underLock, withMigrations, withMigrationsIfThere } from './open.js';
import type { DatabaseOptions } from './options.js';

/** One migration of a service, in the order in which they run. */
export interface MigrationState {
  name: string;
  ran: boolean;
}

/** Which migrations a database has had. One that does not exist has had none, and is not created by this question. */
export async function listMigrations(options: DatabaseOptions): Promise<MigrationState[]> {
  const ran = await withMigrationsIfThere(options, async (dataSource) => {
    const executed = await new MigrationExecutor(dataSource).getExecutedMigrations();
    return new Set(executed.map(({ name }) => name));
  });
  return options.migrations
    .map((Migration) => new Migration().name ?? Migration.name)
    .map((name) => ({ name, ran: ran?.has(name) ?? false }));
}

/** Undoes the migration that ran last; answers its name, or undefined when there is none. */
export async function undoLastMigration(options: DatabaseOptions): Promise<string | undefined> {
  return withMigrations(options, async (dataSource) => {
    let undone: string | undefined;
    await underLock(dataSource, async (runner) => {
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      undone = (await executor.getExecutedMigrations())[0]?.name;
      await executor.undoLastMigration();
    });
    return undone;
  });
}

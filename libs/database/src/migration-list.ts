import { MigrationExecutor } from 'typeorm';
import { underLock, withMigrations, withMigrationsIfThere } from './open.js';
import type { DatabaseOptions } from './options.js';

/** A service's migration, in the order in which they run. */
export interface MigrationState {
  name: string;
  ran: boolean;
}

/** Which migrations a database has applied: none if it does not exist. Never creates the database. */
export async function listMigrations(options: DatabaseOptions): Promise<MigrationState[]> {
  const ran = await withMigrationsIfThere(options, async (dataSource) => {
    const executed = await new MigrationExecutor(dataSource).getExecutedMigrations();
    return new Set(executed.map(({ name }) => name));
  });
  return options.migrations
    .map((Migration) => new Migration().name ?? Migration.name)
    .map((name) => ({ name, ran: ran?.has(name) ?? false }));
}

/** Reverts the last migration; returns its name, or undefined when there is none. */
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

import { MigrationExecutor } from 'typeorm';
import { connectForMigration, connectIfThere, underLock } from './open.js';
import type { DatabaseOptions } from './options.js';

/** One migration of a service, in the order in which they run. */
export interface MigrationState {
  name: string;
  ran: boolean;
}

/** Which migrations a database has had. One that does not exist has had none, and is not created by this question. */
export async function listMigrations(options: DatabaseOptions): Promise<MigrationState[]> {
  const ran = await migrationsThatRan(options);
  return options.migrations
    .map((Migration) => new Migration().name ?? Migration.name)
    .map((name) => ({ name, ran: ran.has(name) }));
}

async function migrationsThatRan(options: DatabaseOptions): Promise<ReadonlySet<string>> {
  const dataSource = await connectIfThere(options);
  if (!dataSource) return new Set();
  try {
    const executed = await new MigrationExecutor(dataSource).getExecutedMigrations();
    return new Set(executed.map(({ name }) => name));
  } finally {
    await dataSource.destroy();
  }
}

/** Undoes the migration that ran last; answers its name, or undefined when there is none. */
export async function undoLastMigration(options: DatabaseOptions): Promise<string | undefined> {
  const dataSource = await connectForMigration(options);
  try {
    const runner = dataSource.createQueryRunner();
    let undone: string | undefined;
    await underLock(runner, dataSource, async () => {
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'each';
      undone = (await executor.getExecutedMigrations())[0]?.name;
      await executor.undoLastMigration();
    });
    await runner.release();
    return undone;
  } finally {
    await dataSource.destroy();
  }
}

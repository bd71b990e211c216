import { MigrationExecutor } from 'typeorm';
import { connectForMigration, underLock } from './open.js';
import type { DatabaseOptions } from './options.js';

/** One migration of a service, in the order in which they run. */
export interface MigrationState {
  name: string;
  ran: boolean;
}

/** Which migrations a database has had. One that does not exist yet is created, empty. */
export async function listMigrations(options: DatabaseOptions): Promise<MigrationState[]> {
  const dataSource = await connectForMigration(options);
  try {
    const executed = await new MigrationExecutor(dataSource).getExecutedMigrations();
    const ran = new Set(executed.map(({ name }) => name));
    return dataSource.migrations
      .map(({ name, constructor }) => name ?? constructor.name)
      .map((name) => ({ name, ran: ran.has(name) }));
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

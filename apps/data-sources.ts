import type { DatabaseAccess, DatabaseOptions } from '@app/database';

/**
 * How the database of a service is described: what its `database/data-source.ts` exports under `<service>Database`.
 *
 * @throws Error where there is no such service, or where it keeps nothing.
 */
export async function databaseOf(service: string, access: DatabaseAccess): Promise<DatabaseOptions> {
  const source = (await import(`./${service}/src/database/data-source.js`)) as Record<string, Describe>;
  const describe = source[`${service}Database`];
  if (!describe) throw new Error(`apps/${service}/src/database/data-source.ts exports no ${service}Database.`);
  return describe(access);
}

type Describe = (access: DatabaseAccess) => DatabaseOptions;

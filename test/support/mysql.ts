import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseProgram } from './database-program.js';
import { findProgram } from './process.js';

/** The newest one fetched by `.ci/mysql`, or the installed one. */
export const MYSQL: DatabaseProgram = {
  find: () => commands(fetched('newest') ?? installed()),
  hint: '`.ci/mysql newest` fetches it into a cache folder, without installing anything',
};

/** The oldest supported version. */
export const MYSQL_8_0: DatabaseProgram = {
  find: () => commands(fetched('8.0')),
  hint: '`.ci/mysql 8.0` fetches it into a cache folder, without installing anything',
};

function fetched(version: string): string | undefined {
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const program = join(cache, 'commerce-platform', `mysql-${version}`, 'mysqld');
  return existsSync(program) ? program : undefined;
}

/** MariaDB also installs a program of this name. */
function installed(): string | undefined {
  const program = findProgram('mysqld');
  return program !== undefined && !realpathSync(program).includes('mariadb') ? program : undefined;
}

function commands(program: string | undefined): ReturnType<DatabaseProgram['find']> {
  if (program === undefined) return undefined;
  return {
    initialise: { program, args: ['--initialize-insecure'] },
    serve: { program, args: ['--skip-name-resolve', '--mysqlx=OFF', '--performance-schema=OFF'] },
  };
}

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { findProgram, freePort, type RealServer, startServer, stopProcess } from './process.js';

/** Whether this machine can run a private MariaDB. */
export function hasMariaDb(): boolean {
  return (
    findProgram('mariadbd', 'mysqld') !== undefined &&
    findProgram('mariadb-install-db', 'mysql_install_db') !== undefined
  );
}

/**
 * Starts a private MariaDB on a free port, with its data in a temporary folder. Its commits survive a kill of the process
 * (not of the machine, unless `durable`, at the price of a sync per commit). `restart()` starts it again on the same data and port, for proofs that kill it.
 */
export async function startMariaDb({ durable = false } = {}): Promise<RealServer & { restart(): Promise<number> }> {
  const folder = await mkdtemp(join(tmpdir(), 'commerce-mariadb-'));
  const port = await freePort();
  // One of its own: as it starts, a server removes temporary tables from that folder, whoever made them.
  await mkdir(temporaryTables(folder));
  await install(folder);
  let child = await launch(folder, port, durable);
  return {
    url: `mysql://test:test@127.0.0.1:${port}`,
    port,
    get pid() {
      return child.pid ?? 0;
    },
    async restart() {
      await stopProcess(child);
      child = await launch(folder, port, durable);
      return child.pid ?? 0;
    },
    async stop() {
      await stopProcess(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const temporaryTables = (folder: string): string => join(folder, 'tmp');

async function install(folder: string): Promise<void> {
  const program = findProgram('mariadb-install-db', 'mysql_install_db');
  if (!program) throw new Error('mariadb-install-db is not installed.');
  await promisify(execFile)(program, [
    '--no-defaults',
    `--datadir=${join(folder, 'data')}`,
    `--tmpdir=${temporaryTables(folder)}`,
    `--user=${userInfo().username}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
  ]);
}

async function launch(folder: string, port: number, durable: boolean) {
  const program = findProgram('mariadbd', 'mysqld');
  if (!program) throw new Error('mariadbd is not installed.');
  const settings = {
    user: userInfo().username,
    datadir: join(folder, 'data'),
    tmpdir: temporaryTables(folder),
    socket: join(folder, 'socket'),
    'pid-file': join(folder, 'pid'),
    'bind-address': '127.0.0.1',
    port,
    'innodb-flush-log-at-trx-commit': durable ? 1 : 2,
    'innodb-buffer-pool-size': '128M',
    'max-connections': 300,
  };
  const args = [
    '--no-defaults',
    '--skip-name-resolve',
    ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
  ];
  return startServer(program, args, () => grantTestUser(port));
}

/** Services never run as root; this user may create databases, as a developer's would. */
async function grantTestUser(port: number): Promise<void> {
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root', connectTimeout: 2_000 });
  try {
    await connection.query("CREATE USER IF NOT EXISTS 'test'@'%' IDENTIFIED BY 'test'");
    await connection.query("GRANT ALL PRIVILEGES ON *.* TO 'test'@'%' WITH GRANT OPTION");
  } finally {
    await connection.end();
  }
}

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { Command } from './database-program.js';
import { MARIADB } from './mariadb.js';
import { MYSQL, MYSQL_8_0 } from './mysql.js';
import { freePort, type RealServer, startServer, stopProcess } from './process.js';

const PROGRAMS = { mysql: MYSQL, 'mysql-8.0': MYSQL_8_0, mariadb: MARIADB };

export type DatabaseKind = keyof typeof PROGRAMS;

/** In order of preference: tests and proofs use the first installed one, unless another is chosen. */
export const DATABASE_KINDS = Object.keys(PROGRAMS) as DatabaseKind[];

/** A private database server. `restart()` starts it on the same data and port, for proofs that kill it. */
export interface DatabaseServer extends RealServer {
  /** Such as `MySQL 9.7.4`. */
  readonly name: string;
  restart(): Promise<number>;
  /** Makes the server read-only, as after a failover to another primary. */
  setReadOnly(readOnly: boolean): Promise<void>;
}

/**
 * The kind chosen by name or by DATABASE_SERVER, else the first that is installed; undefined if there is none.
 * @throws Error with how to install it, if the chosen kind is missing.
 */
export function findDatabaseKind(wanted = process.env['DATABASE_SERVER']): DatabaseKind | undefined {
  if (!wanted) return DATABASE_KINDS.find((kind) => PROGRAMS[kind].find());
  const kind = DATABASE_KINDS.find((one) => one === wanted);
  if (!kind) throw new Error(`There is no database server "${wanted}": say ${DATABASE_KINDS.join(', ')}.`);
  if (!PROGRAMS[kind].find()) throw new Error(`This machine has no ${kind}: ${PROGRAMS[kind].hint}.`);
  return kind;
}

/** Whether this machine can run a private server of this kind. */
export function hasDatabase(kind: DatabaseKind): boolean {
  return PROGRAMS[kind].find() !== undefined;
}

/**
 * Starts a private server on a free port, with its data in a temporary folder. Commits survive a kill of the process,
 * and a crash of the machine only with `durable`, which costs a sync per commit.
 */
export async function startDatabaseServer({
  kind = findDatabaseKind(),
  durable = false,
}: { kind?: DatabaseKind | undefined; durable?: boolean } = {}): Promise<DatabaseServer> {
  const found = kind && PROGRAMS[kind].find();
  if (!found) throw new Error(`This machine has no MySQL and no MariaDB: ${MYSQL.hint}.`);
  const folder = await mkdtemp(join(tmpdir(), 'commerce-database-'));
  const port = await freePort();
  // Its own folder, since a starting server removes temporary tables from there, even those of others.
  await mkdir(join(folder, 'tmp'));
  await promisify(execFile)(...command(found.initialise, placeOf(folder)));
  const settings = {
    ...placeOf(folder),
    socket: join(folder, 'socket'),
    'pid-file': join(folder, 'pid'),
    'bind-address': '127.0.0.1',
    port,
    'innodb-flush-log-at-trx-commit': durable ? 1 : 2,
    'sync-binlog': durable ? 1 : 0,
    'innodb-buffer-pool-size': '128M',
    'max-connections': 300,
  };
  const url = `mysql://test:test@127.0.0.1:${port}`;
  let name = '';
  const launch = () =>
    startServer(...command(found.serve, settings), async () => (name = await prepare(kind, settings.socket, url)));
  let child = await launch();
  return {
    url,
    port,
    name,
    get pid() {
      return child.pid ?? 0;
    },
    async restart() {
      await stopProcess(child);
      child = await launch();
      return child.pid ?? 0;
    },
    setReadOnly: (readOnly) => setReadOnly(settings.socket, readOnly),
    async stop() {
      await stopProcess(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const placeOf = (folder: string) => ({
  user: userInfo().username,
  datadir: join(folder, 'data'),
  tmpdir: join(folder, 'tmp'),
});

const command = ({ program, args }: Command, settings: Record<string, string | number>): [string, string[]] => [
  program,
  ['--no-defaults', ...args, ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`)],
];

/** Creates the test user, who may create databases, since services never run as root. Returns the server's name. */
async function prepare(kind: DatabaseKind | undefined, socketPath: string, url: string): Promise<string> {
  const connection = await createConnection({ socketPath, user: 'root', connectTimeout: 2_000 });
  try {
    await connection.query("CREATE USER IF NOT EXISTS 'test'@'%' IDENTIFIED BY 'test'");
    await connection.query("GRANT ALL PRIVILEGES ON *.* TO 'test'@'%' WITH GRANT OPTION");
    // Otherwise this user could write to a read-only MariaDB; MySQL has super_read_only for that.
    if (kind === 'mariadb') await connection.query("REVOKE READ ONLY ADMIN ON *.* FROM 'test'@'%'");
  } finally {
    await connection.end();
  }
  return nameOfServer(url);
}

async function setReadOnly(socketPath: string, readOnly: boolean): Promise<void> {
  const connection = await createConnection({ socketPath, user: 'root', connectTimeout: 2_000 });
  try {
    const [[row]] = await connection.query<RowDataPacket[]>("SHOW GLOBAL VARIABLES LIKE 'super_read_only'");
    if (row && readOnly) await connection.query('SET GLOBAL super_read_only = ON');
    else await connection.query(`SET GLOBAL read_only = ${readOnly ? 'ON' : 'OFF'}`);
  } finally {
    await connection.end();
  }
}

/** Product and version of the server at an address, such as `MariaDB 10.11.19`. */
export async function nameOfServer(url: string): Promise<string> {
  const connection = await createConnection({ uri: url, connectTimeout: 3_000 });
  try {
    const [[row]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
    const version = String(row?.['version']);
    return `${version.includes('MariaDB') ? 'MariaDB' : 'MySQL'} ${/^[\d.]+/.exec(version)?.[0]}`;
  } finally {
    await connection.end();
  }
}

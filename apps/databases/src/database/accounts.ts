import { type Connection, createConnection } from 'mysql2/promise';

export interface Credentials {
  username: string;
  password: string;
}

/** The server, and whether it is spoken to in TLS only. */
export interface Server {
  url: string;
  credentials: Credentials;
}

const CONNECT_MS = 5_000;
/** Services read and write rows; the schema is changed by the administrator's account, here. */
const RIGHTS = 'SELECT, INSERT, UPDATE, DELETE';

/** Creates the database, and a user who may do with its rows what a service does, and nothing else. May be repeated. */
export async function provide(server: Server, database: string, user: Credentials): Promise<void> {
  await withConnection(server, async (connection) => {
    const encrypted = isEncrypted(server) ? ' REQUIRE SSL' : '';
    await connection.query(`CREATE DATABASE IF NOT EXISTS ?? CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci`, [
      database,
    ]);
    await connection.query(`CREATE USER IF NOT EXISTS ?@'%' IDENTIFIED BY ?${encrypted}`, [
      user.username,
      user.password,
    ]);
    await connection.query(`ALTER USER ?@'%' IDENTIFIED BY ?${encrypted}`, [user.username, user.password]);
    // In a grant an underscore stands for any character.
    await connection.query(`GRANT ${RIGHTS} ON ??.* TO ?@'%'`, [database.replaceAll('_', '\\_'), user.username]);
  });
}

/** Rejects unless the server lets this user in. */
export function logIn(server: Server): Promise<void> {
  return withConnection(server, async (connection) => void (await connection.query('SELECT 1')));
}

/** The address as this user, with a database. */
export function addressOf({ url, credentials }: Server, database: string): string {
  const address = new URL(url);
  address.username = encodeURIComponent(credentials.username);
  address.password = encodeURIComponent(credentials.password);
  address.pathname = `/${database}`;
  return address.href;
}

const isEncrypted = ({ url }: Server) => new URL(url).searchParams.get('tls') === 'required';

async function withConnection(server: Server, work: (connection: Connection) => Promise<void>): Promise<void> {
  const { hostname, port } = new URL(server.url);
  const connection = await createConnection({
    host: hostname,
    port: Number(port || 3306),
    user: server.credentials.username,
    password: server.credentials.password,
    connectTimeout: CONNECT_MS,
    ...(isEncrypted(server) && { ssl: 'Amazon RDS' }),
  });
  try {
    await work(connection);
  } finally {
    await connection.end();
  }
}

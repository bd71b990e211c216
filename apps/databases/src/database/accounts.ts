import { CHARACTERS, quoteName, quoteText, type RunOnServer, withServer } from '@app/database';

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
  await connected(server, async (run) => {
    const account = `${quoteText(user.username)}@'%'`;
    const identified = `${account} IDENTIFIED BY ${quoteText(user.password)}${isEncrypted(server) ? ' REQUIRE SSL' : ''}`;
    await run(`CREATE DATABASE IF NOT EXISTS ${quoteName(database)} ${CHARACTERS}`);
    await run(`CREATE USER IF NOT EXISTS ${identified}`);
    await run(`ALTER USER ${identified}`);
    // In a grant an underscore stands for any character.
    await run(`GRANT ${RIGHTS} ON ${quoteName(database.replaceAll('_', '\\_'))}.* TO ${account}`);
  });
}

/** Rejects unless the server lets this user in. */
export function logIn(server: Server): Promise<void> {
  return connected(server, async (run) => void (await run('SELECT 1')));
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

function connected(server: Server, work: (run: RunOnServer) => Promise<void>): Promise<void> {
  const { hostname: host, port } = new URL(server.url);
  const access = { host, port: Number(port || 3306), ...server.credentials };
  return withServer({ ...access, encrypted: isEncrypted(server), connectMs: CONNECT_MS }, work);
}

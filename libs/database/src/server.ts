import { createConnection, type ExecuteValues, type RowDataPacket } from 'mysql2/promise';
import { withoutValues } from './without-values.js';
import { refuseValues, SESSION } from './session.js';

/** Access to a MySQL server as one user. */
export interface ServerAccess {
  host: string;
  port: number;
  username: string;
  password: string;
  /** Refuse a connection that is not encrypted. */
  encrypted?: boolean;
  /** Timeout for the connection, in milliseconds. */
  connectMs: number;
}

/** Runs a statement. Pass values through `?`; if the statement takes none, see `quoteText` and `quoteName`. */
export type RunOnServer = (sql: string, values?: readonly unknown[]) => Promise<RowDataPacket[]>;

/**
 * Runs an administrator's `work` on one connection outside any pool, with the same session settings as all others.
 * Errors quote neither statements nor values.
 *
 * @throws the driver's error when the server cannot be reached or denies the user.
 */
export async function withServer<T>(access: ServerAccess, work: (run: RunOnServer) => Promise<T>): Promise<T> {
  try {
    const connection = await createConnection({
      host: access.host,
      port: access.port,
      user: access.username,
      password: access.password,
      connectTimeout: access.connectMs,
      charset: 'utf8mb4',
      queryFormat: refuseValues,
      ...(access.encrypted && { ssl: 'Amazon RDS' }),
    });
    try {
      await connection.query(SESSION);
      return await work(async (sql, values = []) => {
        const [rows] =
          values.length > 0
            ? await connection.execute<RowDataPacket[]>(sql, values as ExecuteValues[])
            : await connection.query<RowDataPacket[]>(sql);
        return rows;
      });
    } finally {
      await connection.end().catch(() => undefined);
    }
  } catch (error) {
    throw withoutValues(error);
  }
}

/** Quotes the name of a database or column for a statement. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/**
 * Quotes a text as a literal, for statements that take no `?`, such as CREATE USER. Only for `withServer`: the meaning
 * of a backslash depends on the session. The server keeps the passwords of these statements out of its logs.
 */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

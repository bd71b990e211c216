import { createConnection, type ExecuteValues, type RowDataPacket } from 'mysql2/promise';
import { withoutValues } from './without-values.js';
import { refuseValues, SESSION } from './session.js';

/** A MySQL server as one of its users. */
export interface ServerAccess {
  host: string;
  port: number;
  username: string;
  password: string;
  /** Only an encrypted connection will do. */
  encrypted?: boolean;
  /** Longest wait for the connection, in milliseconds. */
  connectMs: number;
}

/** Runs a statement. Values only through `?`; where a statement takes none, see `quoteText` and `quoteName`. */
export type RunOnServer = (sql: string, values?: readonly unknown[]) => Promise<RowDataPacket[]>;

/**
 * Runs an administrator's `work` on one connection, outside of any pool, with the session of all others. Errors quote
 * neither the statements nor their values.
 *
 * @throws the driver's error when the server cannot be reached or refuses the user.
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

/** A name of a database or column as it is written in a statement. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/**
 * A text as a literal, for statements that take no `?`, such as CREATE USER. Only for `withServer`: what a backslash means
 * depends on the session. The server keeps these statements' passwords out of its own logs.
 */
export function quoteText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

import type { Pool, PoolConnection } from 'mysql2';
import { driverError } from './without-values.js';

/** Answers the user and password that are valid now, fetched anew. */
export type CredentialSource = () => Promise<{ username: string; password: string }>;

const ACCESS_DENIED = 1045;

type Callback = (error: NodeJS.ErrnoException | null, connection: PoolConnection) => void;

/**
 * Lets a pool survive the rotation of its password: a connection that is refused is asked for once more with fresh
 * credentials, which every later connection uses as well. Connections that are open stay: a server checks passwords only
 * when it greets, and rotation alternates between two users, so nobody's sessions are ended.
 */
export function renewOnDenial(pool: Pool, source: CredentialSource): void {
  const { connectionConfig } = (pool as unknown as { config: { connectionConfig: { user: string; password: string } } })
    .config;
  const connect = pool.getConnection.bind(pool);
  let renewing: Promise<void> | undefined;
  const renew = () =>
    (renewing ??= source()
      .then(({ username, password }) => {
        connectionConfig.user = username;
        connectionConfig.password = password;
      })
      .finally(() => (renewing = undefined)));

  pool.getConnection = (callback: Callback) => {
    connect((error, connection) => {
      if (!error || driverError(error)?.errno !== ACCESS_DENIED) return callback(error, connection);
      renew().then(
        () => connect(callback),
        // The refusal is what the caller can act upon; why no newer password came is its cause.
        (cause: unknown) => callback(Object.assign(error, { cause }), connection),
      );
    });
  };
}

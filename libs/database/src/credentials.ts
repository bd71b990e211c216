import type { Pool, PoolConnection } from 'mysql2';
import { driverError } from './without-values.js';

/** Fetches the user and password that are valid now. */
export type CredentialSource = () => Promise<{ username: string; password: string }>;

const ACCESS_DENIED = 1045;

type Callback = (error: NodeJS.ErrnoException | null, connection: PoolConnection) => void;

/**
 * Keeps a pool working when its password is rotated: if the server denies a new connection, it is opened once more with
 * fresh credentials, which all later connections use too. Open connections stay: a server checks passwords only at
 * login, and rotation alternates between two users, so no session is ended.
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
        // The caller can act on the denial; why no newer password could be fetched is its cause.
        (cause: unknown) => callback(Object.assign(error, { cause }), connection),
      );
    });
  };
}

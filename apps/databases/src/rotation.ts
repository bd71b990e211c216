import type { Logger } from '@app/telemetry';
import { type Credentials, logIn, provide, type Server } from './database/accounts.js';
import { newPassword, type SecretStore } from './secret-store.js';
import { databaseName } from './database-name.js';
import { isKeySet, nextKeySet, publicKeySet } from './signing-keys.js';

/** What Secrets Manager calls a rotation function with, once per step. */
export interface RotationEvent {
  SecretId: string;
  ClientRequestToken: string;
  Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret';
}

export interface RotationParts {
  store: SecretStore;
  /** The server as its administrator. */
  server: () => Promise<Server>;
  /** Where the public part of the signing keys is kept. */
  publicKeysSecret: string;
  logger: Logger;
}

/**
 * One step of a rotation; every step may be repeated. Database users alternate: the password that changes is that of the
 * user nobody has been told of yet, so connections and instances with the previous one go on until the next rotation. Of
 * signing keys the public part is there for verifiers before the private one is for the signer.
 */
export async function rotate(
  { SecretId: id, ClientRequestToken: token, Step: step }: RotationEvent,
  parts: RotationParts,
) {
  parts.logger.info({ step }, 'rotating a secret');
  const { store } = parts;
  if (step === 'createSecret') {
    if ((await store.pending(id, token)) === undefined) {
      await store.putPending(id, token, await next(await store.current(id)));
    }
    return;
  }
  const pending = (await store.pending(id, token)) ?? (await store.current(id));
  if (step === 'finishSecret') return store.promote(id, token);
  if (isKeySet(pending)) return store.replace(parts.publicKeysSecret, publicKeySet(pending));
  const { service, ...user } = JSON.parse(pending) as DatabaseSecret;
  const server = await parts.server();
  if (step === 'setSecret') await provide(server, databaseName(service), user);
  else await logIn({ ...server, credentials: user });
}

interface DatabaseSecret extends Credentials {
  service: string;
}

const CLONE = '_clone';

async function next(current: string): Promise<string> {
  if (isKeySet(current)) return nextKeySet(current);
  const secret = JSON.parse(current) as DatabaseSecret;
  const { username } = secret;
  const other = username.endsWith(CLONE) ? username.slice(0, -CLONE.length) : username + CLONE;
  return JSON.stringify({ ...secret, username: other, password: newPassword() });
}

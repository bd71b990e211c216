import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartFailure } from '@app/kernel';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { replaceFile } from './data-folder.js';

/** A stage's secrets in Secrets Manager; here in files that only their owner can read. */
export interface LocalSecrets {
  /** The file of the private JWKS; `npm run ops -- keys rotate` rewrites it. */
  jwtKeys: string;
  fingerprintKey: string;
}

/** The content of secrets.json in the first releases, including the keys. */
interface StoredSecrets {
  jwtKeys?: string;
  fingerprintKey: string;
}

/** @throws StartFailure with the remedy for a damaged file. */
export async function loadSecrets(dataDir: string): Promise<LocalSecrets> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'secrets.json');
  const keysFile = join(dataDir, 'jwt-keys.json');
  const stored = readStored(file);
  const { fingerprintKey } = stored ?? { fingerprintKey: randomBytes(32).toString('base64url') };
  if (existsSync(keysFile)) assertKeys(keysFile);
  else replaceFile(keysFile, stored?.jwtKeys ?? (await firstKeys()));
  if (!stored || stored.jwtKeys !== undefined) replaceFile(file, JSON.stringify({ fingerprintKey }));
  return { jwtKeys: `file:${keysFile}`, fingerprintKey };
}

function readStored(file: string): StoredSecrets | undefined {
  if (!existsSync(file)) return undefined;
  const stored = readJson(file) as Partial<StoredSecrets> | undefined;
  if (typeof stored?.fingerprintKey === 'string') return { ...stored, fingerprintKey: stored.fingerprintKey };
  throw new StartFailure(
    `The file ${file} is damaged: bring back a copy of it, or delete it. A new one is made then, and requests under an ` +
      'earlier Idempotency-Key and e-mails to suppressed addresses are no longer recognised.',
  );
}

function assertKeys(file: string): void {
  const set = readJson(file) as { keys?: unknown } | undefined;
  if (Array.isArray(set?.keys) && set.keys.length > 0) return;
  throw new StartFailure(
    `The file ${file} is damaged: bring back a copy of it, or delete it. New keys are made then, and everybody has to log in again.`,
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) ?? undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function firstKeys(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return JSON.stringify({ keys: [{ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256', use: 'sig' }] });
}

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';

/** What a stage keeps in Secrets Manager; here files that only their owner can read. */
export interface LocalSecrets {
  /** Where the private JWKS is; `npm run ops -- keys rotate` writes it anew. */
  jwtKeys: string;
  fingerprintKey: string;
}

/** What the first releases kept in secrets.json: the keys were in there, too. */
interface StoredSecrets {
  jwtKeys?: string;
  fingerprintKey: string;
}

export async function loadSecrets(dataDir: string): Promise<LocalSecrets> {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'secrets.json');
  const keysFile = join(dataDir, 'jwt-keys.json');
  const stored: StoredSecrets = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as StoredSecrets)
    : { fingerprintKey: randomBytes(32).toString('base64url') };
  if (!existsSync(keysFile)) writeFileSync(keysFile, stored.jwtKeys ?? (await firstKeys()), { mode: 0o600 });
  const { fingerprintKey } = stored;
  writeFileSync(file, JSON.stringify({ fingerprintKey }), { mode: 0o600 });
  return { jwtKeys: `file:${keysFile}`, fingerprintKey };
}

async function firstKeys(): Promise<string> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return JSON.stringify({ keys: [{ ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'ES256', use: 'sig' }] });
}

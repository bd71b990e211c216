import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeProtectedHeader } from 'jose';
import { newSigningKey } from '../../../test/support/signing-key.js';
import { atLeast, exactly, info, none } from '../frame/figures.js';
import { ask } from '../frame/http.js';
import { sleep, underLoad } from '../frame/load.js';
import type { ProofPlatform } from '../frame/platform.js';
import type { Proof } from '../frame/proof.js';
import { Session } from '../frame/session.js';

const CLIENTS = 4;
const REFRESH_EVERY = 20;
/** A key file is read again after 5 s, and a verifier may ask again after 30 s. */
const SIGNS_AFTER_S = 45;
const BEFORE_MS = 5_000;
const AFTER_MS = 15_000;

/**
 * The operators' command rotates the keys while sessions call every service with their first token and with newer ones.
 * A stream of tokens with unknown keys makes sure that the verifiers have always asked just before.
 */
export const keyRotation: Proof = {
  name: 'keys',
  failure: 'a key rotation refuses valid sessions',
  mutants: ['unknown-kids-not-asked'],
  async run(stage) {
    const folder = mkdtempSync(join(tmpdir(), 'proof-keys-'));
    const keys = `file:${join(folder, 'jwt-keys.json')}`;
    writeFileSync(join(folder, 'jwt-keys.json'), JSON.stringify({ keys: [newSigningKey('first')] }));
    const platform = await stage.platform({
      services: ['users', 'products', 'orders'],
      environment: { users: { JWT_KEYS: keys } },
    });
    const sessions = await Promise.all(Array.from({ length: CLIENTS }, () => Session.open(platform)));
    const firsts = sessions.map(({ token }) => token);
    const stranger = await platform.people.token(1, 'customer');
    const seen = { requests: 0, refused: 0, former: 0, next: 0 };
    const steps = sessions.map(() => 0);

    const step = async (client: number): Promise<void> => {
      const session = sessions[client];
      const first = firsts[client];
      if (!session || first === undefined) return;
      const count = (steps[client] = (steps[client] ?? 0) + 1);
      if (count % REFRESH_EVERY === 0) await session.refresh();
      const token = count % 2 === 0 ? first : session.token;
      for (const url of privateAddresses(platform, session.userId)) {
        const { status } = await ask(url, { token });
        seen.requests += 1;
        if (status === 401) seen.refused += 1;
        else if (decodeProtectedHeader(token).kid === 'first') seen.former += 1;
        else seen.next += 1;
        await ask(url, { token: `${withUnknownKey()}${stranger.slice(stranger.indexOf('.'))}` });
      }
      stage.progress(`${seen.requests} requests, ${seen.refused} refused, ${seen.next} with the new key`);
    };
    const live = await underLoad(CLIENTS, step, async () => {
      await sleep(BEFORE_MS);
      await promisify(execFile)(
        process.execPath,
        ['dist/apps/ops/src/main.js', 'keys', 'rotate', '--signs-after', `${SIGNS_AFTER_S}s`],
        { env: { ...process.env, JWT_KEYS: keys, DATABASE_URL: platform.databases.address } },
      );
      seen.former = 0;
      await sleep(SIGNS_AFTER_S * 1_000 + AFTER_MS);
      return (await ask(`${platform.services.users.url}/.well-known/jwks.json`)).body['keys'] as object[];
    });
    rmSync(folder, { recursive: true, force: true });
    return [
      none('401 for valid sessions', seen.refused),
      info('requests', seen.requests),
      atLeast('with the new key', seen.next, 1),
      atLeast('with the former key', seen.former, 1),
      exactly('live keys', live.length, 2),
    ];
  },
};

/** The customer may not see the movements: this 403 shows that the token was accepted. */
function privateAddresses({ services }: ProofPlatform, userId: number): string[] {
  return [
    `${services.users.url}/users/${userId}`,
    `${services.orders.url}/users/${userId}/orders`,
    `${services.products.url}/products/1/inventory/movements`,
  ];
}

function withUnknownKey(): string {
  return Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: randomUUID() })).toString('base64url');
}

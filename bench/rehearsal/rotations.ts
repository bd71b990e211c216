import { eventually } from '../../test/support/eventually.js';
import type { Rehearsed, Stack } from './stack.js';

/** Rotates as Secrets Manager does, by four calls of the rotation function; then a cold function logs in. */
export async function rotatedPassword(stack: Stack): Promise<string> {
  const secret = () => stack.secret<{ username: string; password: string }>('Database user of orders');
  const before = await secret();
  await stack.rotate('Database user of orders');
  const after = await secret();
  if (after.password === before.password || after.username === before.username)
    throw new Error('The secret has not changed.');
  return `${before.username} → ${after.username}`;
}

/** Returns the keys that verify from now on: the signing one and the next. */
export async function rotatedSigningKeys(stack: Stack): Promise<string[]> {
  const keys = async (secret = 'Keys that sign access tokens') => {
    const { keys: found } = await stack.secret<{ keys: { kid: string }[] }>(secret);
    return found.map(({ kid }) => kid);
  };
  const before = await keys();
  await stack.rotate('Keys that sign access tokens');
  const after = await keys();
  if (after.length !== before.length + 1 || after[0] !== before[0])
    throw new Error(`A key must come behind the one that signs, and neither go: ${before.join()} → ${after.join()}.`);
  const published = await keys('Public part of the signing keys');
  if (published.join() !== after.join())
    throw new Error(`Functions that sign nothing know the keys ${published.join()}, not ${after.join()}.`);
  return after;
}

export async function servedKeys({ emulator }: Rehearsed, expected: string[]): Promise<void> {
  const api = await emulator.apiUrl();
  await eventually(async () => {
    const { keys } = (await (await fetch(`${api}/.well-known/jwks.json`)).json()) as { keys: { kid: string }[] };
    const served = keys.map(({ kid }) => kid);
    if (served.join() !== expected.join())
      throw new Error(`The API publishes the keys ${served.join()}, not ${expected.join()}.`);
  });
}

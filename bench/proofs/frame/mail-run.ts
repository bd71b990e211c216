import type { Consumer } from '../../../apps/manifests.js';
import { load, settle } from './load.js';
import type { ProofPlatform } from './platform.js';

const BATCH = 10;
const PATIENCE_MS = 120_000;

/** Sends messages to an app's queue as fast as the queue accepts them. */
export async function sendAll({ wire }: ProofPlatform, app: Consumer, bodies: readonly string[]): Promise<void> {
  let next = 0;
  await load(
    4,
    () => next >= bodies.length,
    async () => {
      const from = next;
      next += BATCH;
      await wire.send(app, bodies.slice(from, from + BATCH));
    },
  );
}

/** Resolves after every message of the app has been finished or dead-lettered. */
export async function untilFinished({ wire }: Pick<ProofPlatform, 'wire'>, app: Consumer): Promise<void> {
  const left = await settle(
    PATIENCE_MS,
    async () => {
      const { visible, hidden } = await wire.depth(app);
      return visible + hidden;
    },
    (messages) => messages === 0,
  );
  if (left > 0) throw new Error(`${left} messages were not finished within ${PATIENCE_MS / 1_000} s.`);
}

/** The number of e-mails sent, and of their events. */
export function countEmails({ wire }: ProofPlatform): { sent: number; events: number } {
  const emails = wire.emails();
  return { sent: emails.length, events: new Set(emails.map(({ tags }) => tags['event_id'])).size };
}

/** The same things in random order. */
export function shuffled<T>(things: readonly T[]): T[] {
  return things
    .map((thing) => ({ thing, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ thing }) => thing);
}

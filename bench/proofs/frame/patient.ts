import type { Answer } from './http.js';
import { between, sleep } from './load.js';

/** Longer than a key is kept for a request that broke off. */
const PATIENCE_MS = 120_000;

/** Sends a request in some way. */
export type Patience = (post: () => Promise<Answer>) => Promise<Answer>;

/** Tries once. Status 0 without an answer. */
export const once: Patience = (post) => post().catch((): Answer => ({ status: 0, headers: {}, body: {} }));

/** As a good client, retries no answer, 503 and "still running" under the same key. Status 0 if that fails. */
export async function untilAnswered(post: () => Promise<Answer>): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await once(post);
    const again = [0, 503].includes(answer.status) || answer.body['code'] === 'idempotency-key-in-use';
    if (!again || Date.now() > deadline) return again ? { ...answer, status: 0 } : answer;
    await sleep(between(20, 120));
  }
}

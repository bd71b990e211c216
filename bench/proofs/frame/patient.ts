import type { Answer } from './http.js';
import { between, sleep } from './load.js';

const PATIENCE_MS = 60_000;

/** As a good client does: no answer, 503 and "still running" are repeated, under the same key. */
export async function untilAnswered(post: () => Promise<Answer>): Promise<Answer> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await post().catch(() => undefined);
    const again = !answer || answer.status === 503 || answer.body['code'] === 'idempotency-key-in-use';
    if (!again) return answer;
    if (Date.now() > deadline) throw new Error('A request was not answered within 60 s.');
    await sleep(between(10, 60));
  }
}

import type { Server, ServerResponse } from 'node:http';

/** From a request's head to the end of its answer; the answers themselves are there in ten seconds. */
const ANSWER_MS = 60_000;

/**
 * Ends connections whose reader has not taken an answer in time: otherwise whoever asks and does not read holds the answer,
 * its connection and its place among the running requests for ever. `deadlineMs` counts from the head of the request.
 */
export function cutSlowReaders(server: Server, deadlineMs = ANSWER_MS): void {
  /** In the order of their beginning. */
  const open = new Map<ServerResponse, number>();
  server.on('request', (_, response) => {
    open.set(response, performance.now());
    response.once('close', () => open.delete(response));
  });
  const sweep = (): void => {
    const overdue = performance.now() - deadlineMs;
    for (const [response, began] of open) {
      if (began > overdue) return;
      response.destroy();
      open.delete(response);
    }
  };
  // Not where nothing listens, as on Lambda.
  server.once('listening', () => {
    const timer = setInterval(sweep, Math.min(1_000, deadlineMs)).unref();
    server.once('close', () => clearInterval(timer));
  });
}

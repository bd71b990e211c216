import type { Server, ServerResponse } from 'node:http';

/** From a request's head to the end of its response; the response itself is ready within ten seconds. */
const ANSWER_MS = 60_000;

/**
 * Closes connections whose client has not read a response in time: otherwise a client that never reads would hold the
 * response, the connection and a place among the running requests for ever. `deadlineMs` counts from the request's
 * head.
 */
export function cutSlowReaders(server: Server, deadlineMs = ANSWER_MS): void {
  /** Oldest first. */
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
  // Only for a server that listens, not on Lambda.
  server.once('listening', () => {
    const timer = setInterval(sweep, Math.min(1_000, deadlineMs)).unref();
    server.once('close', () => clearInterval(timer));
  });
}

import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** More than any body of 100 kB needs. */
const MAX_CHUNKS = 1_000;

/**
 * Bounds what a body in chunks may cost. A chunk of one byte takes as long to parse as a large one: 100 kB of them took
 * 60 ms and more, whether or not anybody read them. Whoever sends more than a thousand is refused as one who sends no
 * HTTP (`clientError`), and any answer to a body in chunks ends the connection, since Node reads on what nobody wanted.
 */
export function boundChunks(server: Server): void {
  const bound = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.headers['transfer-encoding'] === undefined) return;
    const { socket } = request;
    const push = request.push.bind(request);
    response.shouldKeepAlive = false;
    // Node would wait until the client has noticed, and read on meanwhile.
    response.once('finish', () => request.complete || socket.destroy());
    let chunks = 0;
    request.push = (chunk, encoding) => {
      if (chunk === null || ++chunks <= MAX_CHUNKS) return push(chunk, encoding);
      if (chunks > MAX_CHUNKS + 1) return false;
      if (!response.headersSent) server.emit('clientError', new Error('The body comes in too many chunks.'), socket);
      socket.destroySoon();
      return false;
    };
  };
  // Before the app, which may answer at once. A request with another Expect than 100-continue comes as the second.
  for (const event of ['request', 'checkExpectation'] as const) server.prependListener(event, bound);
}

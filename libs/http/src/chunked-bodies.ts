import type { IncomingMessage, Server, ServerResponse } from 'node:http';

/** More than any body of 100 kB needs. */
const MAX_CHUNKS = 1_000;

/**
 * Limits the cost of chunked bodies. A chunk of one byte takes as long to parse as a large one: 100 kB of them took 60
 * ms and more, even if nobody read them. A request with more than a thousand chunks is refused like invalid HTTP
 * (`clientError`), and every response to a chunked body closes the connection, since Node would read an unwanted body
 * to its end.
 */
export function boundChunks(server: Server): void {
  const bound = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.headers['transfer-encoding'] === undefined) return;
    const { socket } = request;
    const push = request.push.bind(request);
    response.shouldKeepAlive = false;
    // Node would keep reading until the client has noticed.
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
  // Before the app, which may respond at once. 'checkExpectation' is for any Expect other than 100-continue.
  for (const event of ['request', 'checkExpectation'] as const) server.prependListener(event, bound);
}

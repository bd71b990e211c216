import { subscribe } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';

/** Writes the id of every request that this process accepts, answered or not, to the file ACCEPTED_REQUESTS. */
const file = openSync(process.env['ACCEPTED_REQUESTS'] ?? '/dev/null', 'a');
subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  writeSync(file, `${String(request.headers['x-request-id'])}\n`);
});

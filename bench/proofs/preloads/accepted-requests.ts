import { subscribe } from 'node:diagnostics_channel';
import { openSync, writeSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';

/** Notes the id of every request this process has taken, even one it never answers, in the file ACCEPTED_REQUESTS. */
const file = openSync(process.env['ACCEPTED_REQUESTS'] ?? '/dev/null', 'a');
subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  writeSync(file, `${String(request.headers['x-request-id'])}\n`);
});
